package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

// counted counts what passes over a connection, as TCP carries it.
type counted struct {
	net.Conn
	down, up int64
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.down += int64(n)
	return n, err
}

// Write implements io.Writer.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.up += int64(n)
	return n, err
}

// linked finds what a browser fetches with a page: styles, scripts, icons and
// the manifest; images too.
var linked = regexp.MustCompile(`(?:<link rel="(?:stylesheet|icon|manifest|preload)"[^>]*href|<script[^>]*src|<img[^>]*src)="(/[^"]+)"`)

// worker is the address of the service worker, which the page's script asks for.
const worker = "/sw.js"

// firstPage fetches the first page over one raw connection with an empty
// cache, as a phone does, and returns the bytes each way.
func firstPage(ctx context.Context, base string) (down, up int64, err error) {
	var d net.Dialer
	raw, err := d.DialContext(ctx, "tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		return 0, 0, err
	}
	defer raw.Close()
	if err := raw.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return 0, 0, err
	}
	c := &counted{Conn: raw}
	in := bufio.NewReader(c)
	page, status, err := fetch(c, in, raw.RemoteAddr().String(), "/")
	if err != nil || status != http.StatusOK {
		return 0, 0, fmt.Errorf("the first page answered %d: %w", status, err)
	}
	paths := []string{}
	for _, m := range linked.FindAllStringSubmatch(page, -1) {
		paths = append(paths, m[1])
	}
	if len(paths) < 2 {
		return 0, 0, fmt.Errorf("the first page links only %v", paths)
	}
	for _, path := range append(paths, worker) {
		// A server without a worker says so in a few bytes, which count too.
		if _, status, err := fetch(c, in, raw.RemoteAddr().String(), path); err != nil || status != http.StatusOK && path != worker {
			return 0, 0, fmt.Errorf("%s answered %d: %w", path, status, err)
		}
	}
	return c.down, c.up, nil
}

// fetch asks with the headers that a phone's browser sends.
func fetch(w io.Writer, in *bufio.Reader, host, path string) (body string, status int, err error) {
	if _, err := fmt.Fprintf(w, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\n"+
		"User-Agent: Mozilla/5.0 (Linux; Android 9; TECNO KC8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36\r\n"+
		"Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: sw,en;q=0.8\r\n\r\n", path, host); err != nil {
		return "", 0, err
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.Header.Get("Content-Encoding") == "br" {
		b, err = io.ReadAll(brotli.NewReader(bytes.NewReader(b)))
	}
	return string(b), res.StatusCode, err
}
