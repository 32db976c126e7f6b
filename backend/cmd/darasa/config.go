package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // a scratch image has no zone files
)

// storage says where data lives; every command that touches data has it.
type storage struct {
	Data    string `help:"Folder for the embedded store, media, secret and temporary files." default:"data" placeholder:"DIR"`
	MongoDB string `name:"mongodb" env:"DARASA_MONGODB" help:"MongoDB address; without it the embedded store in --data." placeholder:"URI"`
	S3      string `name:"s3" env:"DARASA_S3" help:"S3 address http(s)://key:secret@host/bucket; without it a folder in --data." placeholder:"URL"`
	Secret  string `name:"secret-file" help:"File with the 32-byte key; made in --data on first start." placeholder:"FILE"`
	Zone    string `name:"timezone" help:"Time zone of pages and sheets." default:"Africa/Dar_es_Salaam"`
	URL     string `name:"url" help:"The platform's own address." default:"http://darasa.localhost:8080"`
}

func (s storage) zone() (*time.Location, error) {
	z, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, usage{fmt.Errorf("--timezone %q is not known; an example: Africa/Dar_es_Salaam", s.Zone)}
	}
	return z, nil
}

// prepare makes the data folder and the place for temporary files in it, so
// that nothing personal is written to a shared /tmp.
func (s storage) prepare() error {
	tmp := filepath.Join(s.Data, "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w. Choose another with --data", err)
	}
	f, err := os.CreateTemp(tmp, "write-*")
	if err != nil {
		return fmt.Errorf("the data folder cannot be written: %w", err)
	}
	name := f.Name()
	return errors.Join(f.Close(), os.Remove(name))
}

const secretBytes = 32

// secret reads the one key, making it on first start with mode 0600. The file
// holds 32 raw bytes or 64 hexadecimal digits.
func (s storage) secret() ([]byte, error) {
	path := s.Secret
	if path == "" {
		path = filepath.Join(s.Data, "secret")
		if err := makeSecret(path); err != nil {
			return nil, err
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the secret cannot be read: %w", err)
	}
	if t := strings.TrimSpace(string(b)); len(t) == 2*secretBytes {
		if k, err := hex.DecodeString(t); err == nil {
			return k, nil
		}
	}
	if len(b) != secretBytes {
		return nil, fmt.Errorf("%s must hold 32 bytes or 64 hexadecimal digits; make one with: openssl rand -hex 32", path)
	}
	return b, nil
}

// makeSecret writes a new key where there is none; of two processes that
// start at once exactly one makes it.
func makeSecret(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	k := make([]byte, secretBytes)
	_, _ = rand.Read(k)
	tmp := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(tmp, k, 0o600); err != nil {
		return fmt.Errorf("the secret cannot be written: %w", err)
	}
	defer os.Remove(tmp)
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("the secret cannot be written: %w", err)
	}
	return nil
}

// address reads an absolute http(s) address without path.
func address(flag, s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return nil, usage{fmt.Errorf("%s %q must be like https://darasa.example.org, without a path", flag, s)}
	}
	u.Path = ""
	return u, nil
}

// onlyLoopback tells whether addr takes connections from this machine alone.
func onlyLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
