package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// What is left of a body when the answer stands is read and thrown away, for
// so long and so much, because what is not read would be taken for the next
// request, and because closing on a client that still sends takes the answer
// away from it (RFC 9112 9.6).
const (
	drainFor    = 2 * time.Second // before the answer goes out
	lingerFor   = 30 * time.Second
	drainAtMost = 64 << 20 // bytes, in each of the two
)

// incoming is the body of a request as it arrives. It remembers its end:
// reading a chunked one past it would wait for the next request.
type incoming struct {
	r     io.Reader
	ended bool
	late  bool // the client sends too slowly to wait for
	err   error
}

const incomingKey = "incoming"

// arriving returns the body of a request, nil where it has none.
func arriving(c *fiber.Ctx) *incoming {
	if b, ok := c.Locals(incomingKey).(*incoming); ok {
		return b
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil
	}
	b := &incoming{r: stream}
	c.Locals(incomingKey, b)
	return b
}

// Read implements io.Reader.
func (b *incoming) Read(p []byte) (int, error) {
	switch {
	case b.ended:
		return 0, io.EOF
	case b.err != nil:
		return 0, b.err
	}
	n, err := b.r.Read(p)
	if err == io.EOF {
		b.ended = true
	} else if err != nil {
		b.err, b.late = err, errors.Is(err, os.ErrDeadlineExceeded)
	}
	return n, err
}

// settle deals with what a handler left unread, after the answer was made.
func settle(c *fiber.Ctx) {
	b := arriving(c)
	if b == nil || b.ended {
		return
	}
	if b.err == nil {
		_ = c.Context().Conn().SetReadDeadline(time.Now().Add(drainFor))
		_, _ = io.CopyN(io.Discard, b, drainAtMost)
	}
	switch {
	case b.ended:
	case b.err != nil && !b.late: // the client is gone, or sends nonsense
		c.Context().SetConnectionClose()
	default:
		linger(c)
	}
}

// linger sends the answer now and goes on reading for a while, so that a
// client that sends everything first still finds it.
func linger(c *fiber.Ctx) {
	ctx := c.Context()
	ctx.SetConnectionClose()
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(conn net.Conn) {
		_ = conn.SetDeadline(time.Now().Add(lingerFor))
		w := bufio.NewWriter(conn)
		if err := ctx.Response.Write(w); err != nil || w.Flush() != nil {
			return
		}
		under := conn
		if h, ok := conn.(interface{ UnsafeConn() net.Conn }); ok {
			under = h.UnsafeConn()
		}
		if half, ok := under.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
		_, _ = io.CopyN(io.Discard, conn, drainAtMost)
	})
}

func tooLarge(limit int64) *darasa.Error {
	size := fmt.Sprintf("%d kB", limit/1000)
	if limit >= 1_000_000 {
		size = fmt.Sprintf("%d MB", limit/1_000_000)
	}
	return darasa.Fail(darasa.TooLarge, "Ulichotuma ni kikubwa mno: kikomo ni %s. Punguza kisha utume tena.",
		"What you sent is too large: the limit is %s. Make it smaller and send it again.", size)
}

// limited reads at most n bytes and then fails with TooLarge.
type limited struct {
	r    io.Reader
	n    int64
	size int64
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if l.n <= 0 {
		var one [1]byte
		k, err := l.r.Read(one[:])
		if k > 0 {
			return 0, tooLarge(l.size)
		}
		return 0, err
	}
	if int64(len(p)) > l.n {
		p = p[:l.n]
	}
	k, err := l.r.Read(p)
	l.n -= int64(k)
	return k, err
}

// readBody holds the body to the route's limit. A streaming route gets a
// reader that fails past the limit; any other has its body in memory.
func (r *Req) readBody() error {
	req := r.c.Request()
	limit := r.Route.Limit
	stream := arriving(r.c)
	if stream == nil {
		if int64(len(req.Body())) > limit {
			return tooLarge(limit)
		}
		r.body = strings.NewReader(string(req.Body()))
		return nil
	}
	if int64(req.Header.ContentLength()) > limit {
		return tooLarge(limit)
	}
	r.body = &limited{r: stream, n: limit, size: limit}
	if r.Route.Stream {
		return nil
	}
	b, err := io.ReadAll(r.body)
	if err != nil {
		var e *darasa.Error
		if errors.As(err, &e) {
			return e
		}
		return darasa.Fail(darasa.Invalid, "Ulichotuma hakikufika chote. Tuma tena.", "What you sent did not arrive whole. Send it again.").Because(err)
	}
	req.SetBody(b)
	return nil
}
