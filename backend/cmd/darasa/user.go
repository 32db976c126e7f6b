package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"Add a person; prints a one-time code unless a password is read from standard input."`
	Passwd userPasswdCmd `cmd:"" help:"Issue a new one-time code, or read a password from standard input."`
	Role   userRoleCmd   `cmd:"" help:"Give or take a role."`
	Export userExportCmd `cmd:"" help:"Write everything that is kept about a person, as JSON."`
	Erase  userEraseCmd  `cmd:"" help:"Erase a person; what stays speaks of nobody."`
}

type userAddCmd struct {
	storage
	Login       string `required:"" help:"E-mail address, phone or check number." placeholder:"LOGIN"`
	First       string `help:"First name." default:"First"`
	Surname     string `help:"Surname." default:"Administrator"`
	Role        string `help:"learner, trainer, author, admin or national." enum:"learner,trainer,author,admin,national" default:"learner"`
	Institution string `help:"Slug of the institution; a national administrator needs none." placeholder:"SLUG"`
	Stdin       bool   `name:"password-stdin" help:"Read the password from standard input."`
}

// Run adds a person with one role.
func (c *userAddCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	now, actor := darasa.Now(), darasa.Command("darasa user add")
	f := account.PersonFacts{First: c.First, Surname: c.Surname}
	switch {
	case strings.Contains(c.Login, "@"):
		f.Mail = c.Login
	case strings.HasPrefix(c.Login, "+") || strings.HasPrefix(c.Login, "0") && len(c.Login) == 10:
		f.Phone = c.Login
	default:
		f.CheckNumber = c.Login
	}
	institution := account.Platform
	if c.Institution != "" {
		in, err := w.institutionBySlug(ctx, c.Institution)
		if err != nil {
			return err
		}
		institution = in.ID
	} else if c.Role != string(darasa.NationalAdmin) {
		return usage{errors.New("--institution is needed for this role")}
	}
	p, err := w.accounts.Create(ctx, actor, f, now)
	if err != nil {
		return err
	}
	roles := []darasa.Role{darasa.Role(c.Role)}
	if _, err := w.accounts.Affiliate(ctx, actor, p.ID, institution, account.AffiliationPatch{Roles: &roles}, now); err != nil {
		return err
	}
	return w.letIn(ctx, s, actor, p.ID, c.Stdin)
}

// letIn sets a password read from standard input, or issues a one-time code.
func (w *world) letIn(ctx context.Context, s streams, actor darasa.Actor, person darasa.ID, stdin bool) error {
	now := darasa.Now()
	if stdin {
		line, err := bufio.NewReader(s.in).ReadString('\n')
		if err != nil && line == "" {
			return usage{errors.New("no password came on standard input")}
		}
		return w.accounts.SetPassword(ctx, actor, person, strings.TrimRight(line, "\r\n"), now)
	}
	code, err := w.accounts.IssueCode(ctx, actor, person, now)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Sign in at %s as %s with the one-time code %s (until %s), then choose a password.\n",
		w.url, code.Login, code.Code, code.Expires.In(w.zone).Format("2 January 2006"))
	return nil
}

type userPasswdCmd struct {
	storage
	Login string `arg:""`
	Stdin bool   `name:"password-stdin" help:"Read the password from standard input."`
}

// Run lets a person in again.
func (c *userPasswdCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	p, err := w.byLogin(ctx, c.Login)
	if err != nil {
		return err
	}
	return w.letIn(ctx, s, darasa.Command("darasa user passwd"), p.ID, c.Stdin)
}

type userRoleCmd struct {
	storage
	Login       string `arg:""`
	Role        string `arg:"" enum:"learner,trainer,author,admin,national"`
	Institution string `help:"Slug of the institution; none for national." placeholder:"SLUG"`
	Take        bool   `help:"Take the role instead of giving it."`
}

// Run gives or takes one role; the others stay.
func (c *userRoleCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	actor := darasa.Command("darasa user role")
	p, err := w.byLogin(ctx, c.Login)
	if err != nil {
		return err
	}
	institution := account.Platform
	if c.Institution != "" {
		in, err := w.institutionBySlug(ctx, c.Institution)
		if err != nil {
			return err
		}
		institution = in.ID
	}
	roles, err := w.rolesAt(ctx, actor, p.ID, institution)
	if err != nil {
		return err
	}
	role := darasa.Role(c.Role)
	roles = slices.DeleteFunc(roles, func(r darasa.Role) bool { return r == role })
	if !c.Take {
		roles = append(roles, role)
	}
	if _, err := w.accounts.Affiliate(ctx, actor, p.ID, institution, account.AffiliationPatch{Roles: &roles}, darasa.Now()); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %v\n", p.FullName(), roles)
	return nil
}

func (w *world) rolesAt(ctx context.Context, actor darasa.Actor, person, institution darasa.ID) ([]darasa.Role, error) {
	all, err := w.accounts.Affiliations(ctx, actor, person)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Institution == institution {
			return slices.Clone(a.Roles), nil
		}
	}
	return nil, nil
}

type userExportCmd struct {
	storage
	Login string `arg:""`
}

// Run writes what the person could download from the own-data page.
func (c *userExportCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	p, err := w.byLogin(ctx, c.Login)
	if err != nil {
		return err
	}
	data, err := w.accounts.Export(ctx, darasa.Command("darasa user export"), p.ID, darasa.Now())
	if err != nil {
		return err
	}
	enc := json.NewEncoder(s.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(data)
}

type userEraseCmd struct {
	storage
	Login string `arg:""`
	Yes   bool   `help:"Needed: there is no way back."`
}

// Run erases a person. Attempts, progress and statements stay without a name,
// so that counts of a run stay true.
func (c *userEraseCmd) Run(ctx context.Context, s streams) error {
	if !c.Yes {
		return usage{errors.New("there is no way back from erasing a person; add --yes")}
	}
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	p, err := w.byLogin(ctx, c.Login)
	if err != nil {
		return err
	}
	if err := w.accounts.Erase(ctx, darasa.Command("darasa user erase"), p.ID, darasa.Now()); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "Erased. Backups made before still hold the person: delete them by your rule of retention.")
	return nil
}
