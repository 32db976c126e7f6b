// Command darasa serves the platform and holds its tools. It is the only place
// that reads flags and environment and that wires packages together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"darasa/backend/darasa"
)

// version is set by the build.
var version = "dev"

// Exit codes, kept stable for scripts.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// program is the command line. Every flag can also be set as DARASA_<FLAG>.
type program struct {
	Serve   serveCmd   `cmd:"" help:"Serve the platform."`
	Worker  workerCmd  `cmd:"" help:"Work through jobs without serving pages."`
	Import  importCmd  `cmd:"" help:"Import a course folder or file: exit 0 also with warnings, 1 refused."`
	Report  reportCmd  `cmd:"" help:"Write reports as workbooks."`
	Seed    seedCmd    `cmd:"" help:"Make plausible fictional learners with progress."`
	Rebuild rebuildCmd `cmd:"" help:"Recompute every projection from its sources."`
	Backup  backupCmd  `cmd:"" help:"Write the store and its media to one file."`
	Restore restoreCmd `cmd:"" help:"Read a backup into an empty store, of either kind."`
	User    userCmd    `cmd:"" help:"Add, change, export or erase people."`
	Regrade regradeCmd `cmd:"" help:"Grade attempts again with a corrected key."`
	Migrate migrateCmd `cmd:"" help:"Write every document in its newest schema."`
	Health  healthCmd  `cmd:"" help:"Ask a running server whether it is ready."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// streams are what a command reads and writes; a test passes its own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is the program as a value that a test can start.
func run(ctx context.Context, args []string, s streams) int {
	var p program
	exit := -1
	parser, err := kong.New(&p, kong.Name("darasa"), kong.UsageOnError(),
		kong.Description("Darasa: courses, data-use toolkits and progress sheets for Tanzania's health workers."),
		kong.DefaultEnvars("DARASA"), kong.Writers(s.out, s.err), kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s))
	if err != nil {
		fmt.Fprintln(s.err, err)
		return exitUsage
	}
	call, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(s.err, "darasa: %v\nSee darasa --help.\n", err)
		return exitUsage
	}
	if err := call.Run(); err != nil {
		return explain(s.err, err)
	}
	return exitDone
}

// usage is an error of how the command was called.
type usage struct{ error }

// explain prints an error the way a person at a terminal can act on.
func explain(w io.Writer, err error) int {
	var u usage
	if errors.As(err, &u) {
		fmt.Fprintln(w, "darasa:", u.Error())
		return exitUsage
	}
	var e *darasa.Error
	if !errors.As(err, &e) {
		fmt.Fprintln(w, "darasa:", err)
		return exitFailed
	}
	fmt.Fprintln(w, "darasa:", e.Text.In(darasa.English))
	printFindings(w, e.Findings)
	if e.Cause != nil {
		fmt.Fprintln(w, "cause:", e.Cause)
	}
	return exitFailed
}

func printFindings(w io.Writer, fs []darasa.Finding) {
	for _, f := range fs {
		fmt.Fprintf(w, "%s: %s\n", strings.ToLower(string(f.Level)), f.In(darasa.English))
	}
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(s streams) error {
	fmt.Fprintln(s.out, "darasa", version)
	return nil
}
