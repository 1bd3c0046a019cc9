package output

// companions returns the files that follow from the schema and the parts.
func companions(tables []tableSummary) (map[string][]byte, error) {
	return nil, nil
}
