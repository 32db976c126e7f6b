package frontend

// icons are drawn on a 24 grid with strokes of 2, round and in the colour of
// the text. A word always stands beside one; they are hidden from readers.
var icons = map[string]string{
	"check": `<path d="M4 12.5l5.5 5.5L20 6.5"/>`,
	"tri":   `<path d="M12 3.5L22 20.5H2zM12 10v4.5M12 17.5v.01"/>`,
	"ring":  `<circle cx="12" cy="12" r="9"/>`,
	"half":  `<circle cx="12" cy="12" r="9"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>`,
	"clock": `<circle cx="12" cy="12" r="9"/><path d="M12 6.5V12l3.5 2.5"/>`,
	"phone": `<rect x="6" y="2" width="12" height="20" rx="2"/><path d="M9 12l2.2 2.2L15 10"/>`,
	"down":  `<path d="M12 3v12M6.5 10L12 15.5 17.5 10M4 20.5h16"/>`,
	"up":    `<path d="M12 21V8M6.5 13L12 7.5 17.5 13M4 3.5h16"/>`,
	"next":  `<path d="M4 12h15M13 5.5l6.5 6.5-6.5 6.5"/>`,
	"prev":  `<path d="M20 12H5M11 5.5L4.5 12l6.5 6.5"/>`,
	"pen":   `<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z"/>`,
	"sheet": `<path d="M4 3.5h16v17H4zM4 9h16M4 14.5h16M10 9v11.5"/>`,
	"seal":  `<circle cx="12" cy="9" r="6"/><path d="M8.5 14L7 22l5-3 5 3-1.5-8"/>`,
	"x":     `<path d="M6 6l12 12M18 6L6 18"/>`,
	"print": `<path d="M7 8V3h10v5M7 17H3.5V8h17v9H17M7 14h10v7H7z"/>`,
	"book":  `<path d="M5 3h14v18H5zM9 3v18M12 8h4"/>`,
}
