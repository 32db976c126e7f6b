package web

// allRoutes is the access table, part by part.
func (s *Server) allRoutes() []Route {
	var all []Route
	for _, part := range [][]Route{
		s.healthRoutes(), s.assetRoutes(), s.learnRoutes(), s.quizRoutes(), s.certificateRoutes(),
		s.accountRoutes(), s.adminRoutes(),
		s.apiRoutes(), s.runRoutes(),
	} {
		all = append(all, part...)
	}
	return all
}
