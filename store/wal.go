package store

import "context"

func (s *Store) growLog(context.Context) error { return nil }
