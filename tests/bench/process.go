package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clockTicks is the unit of /proc/<pid>/stat on Linux: a hundredth of a second.
const clockTicks = 100

// server is a `darasa serve` under measurement.
type server struct {
	cmd   *exec.Cmd
	url   string
	said  *bytes.Buffer
	ready time.Duration // from start until /readyz said yes
}

// startServer starts `darasa serve` on a free port and waits until it is ready.
func startServer(ctx context.Context, program string, args ...string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	s := &server{url: "http://" + addr, said: &bytes.Buffer{}}
	s.cmd = exec.CommandContext(ctx, program, append([]string{"serve", "--addr", addr, "--url", "http://" + addr}, args...)...)
	s.cmd.Stderr = &tail{to: s.said}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 1200 {
		r, err := http.Get(s.url + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				s.ready = time.Since(began)
				return s, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), s.stop())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil, errors.Join(fmt.Errorf("the server was not ready after a minute: %s", s.said), s.stop())
}

// tail keeps the beginning of what a server says, so that its log of requests
// does not fill the memory of who measures.
type tail struct{ to *bytes.Buffer }

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	if t.to.Len() < 4096 {
		t.to.Write(p)
	}
	return len(p), nil
}

// stop ends the server and waits for it.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// cpu returns the seconds of processor time that the server used, in user
// space and in the kernel (proc(5): fields 14 and 15 of stat).
func (s *server) cpu() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name of the program stands in parentheses and may hold anything.
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	return (user + system) / clockTicks, errors.Join(err1, err2)
}

// memory returns the resident memory now and at its highest, in megabytes.
func (s *server) memory() (now, peak float64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(b)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		switch name {
		case "VmRSS":
			now = kb / 1024
		case "VmHWM":
			peak = kb / 1024
		}
	}
	return now, peak, nil
}

// spent is what one command used.
type spent struct {
	seconds, cpu float64
	peak         float64 // MB
	out          string
}

// runCommand runs the program to its end. The peak is the kernel's own record
// of the process; this process is smaller than any that it measures, so that
// what a child inherits before it becomes the program does not show.
func runCommand(ctx context.Context, stdin, program string, args ...string) (spent, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	err := cmd.Run()
	s := spent{seconds: time.Since(began).Seconds(), out: out.String()}
	if cmd.ProcessState != nil {
		s.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			s.peak = float64(u.Maxrss) / 1024
		}
	}
	if err != nil {
		return s, fmt.Errorf("darasa %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(s.out))
	}
	return s, nil
}
