package ledger

import (
	"context"
	"testing"
	"time"

	"darasa/backend/darasa"
)

// TestRetryHoldsAnOldClaim: who broke off after claiming and tries again later
// is on its way once more; neither the sweep nor somebody else may take the
// claim before the document is written.
func TestRetryHoldsAnOldClaim(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	wantCode(t, b.Claim(ctx, "check:00123", "a", false, noon), "")
	now := later(2 * Grace)
	b.Guard("check", func(ctx context.Context, _ []Claim) (map[darasa.ID][]darasa.ID, error) {
		// While the sweep looks for owners, a tries again; its document is not there yet.
		wantCode(t, b.Claim(ctx, "check:00123", "a", false, now), "")
		return nil, nil
	})
	if n, err := b.FreeOwnerless(ctx, now); n != 0 || err != nil {
		t.Errorf("the sweep freed %d: %v", n, err)
	}
	wantOwners(t, b, "check:00123", "a")
	wantCode(t, b.Claim(ctx, "check:00123", "b", false, later(2*Grace+time.Minute)), darasa.Conflict)
	vs, err := b.ClaimMany(ctx, []Want{{Key: "check:00123", Owner: "a"}, {Key: "check:00123", Owner: "b"}}, later(4*Grace))
	if err != nil || vs[0] != nil || darasa.CodeOf(vs[1]) != darasa.Conflict {
		t.Errorf("%v %v", vs, err)
	}
}
