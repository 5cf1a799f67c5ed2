package dist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// sbom is the bill of materials of an archive, as CycloneDX JSON: the parts
// that NOTICES.txt lists (A3), and the sums of the programs. Its serial number
// follows from the rest, so that the same archive has the same one.
func sbom(t Target, c Commit, parts []Part, programs []File) ([]byte, error) {
	product := cyclonedx.Component{
		BOMRef: "cohortcounts", Type: cyclonedx.ComponentTypeApplication, Name: "cohortcounts", Version: c.Version,
		PackageURL: "pkg:golang/cohortcounts@v" + c.Version, Licenses: licences([]string{"MIT"}),
	}
	properties := []cyclonedx.Property{{Name: "commit", Value: c.Hash}, {Name: "platform", Value: t.Name()}}
	components := []cyclonedx.Component{}
	inside := []string{}
	for _, p := range parts {
		components = append(components, cyclonedx.Component{
			BOMRef: p.PURL + "#" + p.Name, Type: cyclonedx.ComponentTypeLibrary, Name: p.Name, Version: p.Version, PackageURL: p.PURL,
			Licenses: licences(p.Licences),
		})
		inside = append(inside, p.PURL+"#"+p.Name)
	}
	for _, f := range programs {
		sum, err := fileSum(f.Path)
		if err != nil {
			return nil, err
		}
		components = append(components, cyclonedx.Component{
			BOMRef: "file:" + f.Name, Type: cyclonedx.ComponentTypeFile, Name: f.Name,
			Hashes: &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: sum}},
		})
	}
	bom := cyclonedx.NewBOM()
	bom.Metadata = &cyclonedx.Metadata{Timestamp: c.Time.Format(time.RFC3339), Component: &product, Properties: &properties}
	bom.Components = &components
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: "cohortcounts", Dependencies: &inside}}
	text, err := encode(bom)
	if err != nil {
		return nil, err
	}
	bom.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, text).URN()
	return encode(bom)
}

func encode(bom *cyclonedx.BOM) ([]byte, error) {
	var b bytes.Buffer
	if err := cyclonedx.NewBOMEncoder(&b, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		return nil, fmt.Errorf("encode the SBOM: %w", err)
	}
	return b.Bytes(), nil
}

// licences are SPDX identifiers as choices; what is joined by a word is an
// expression.
func licences(all []string) *cyclonedx.Licenses {
	if len(all) == 0 {
		return nil
	}
	if len(all) == 1 && bytes.ContainsAny([]byte(all[0]), " ") {
		return &cyclonedx.Licenses{{Expression: all[0]}}
	}
	var choices cyclonedx.Licenses
	for _, id := range all {
		license := cyclonedx.License{ID: id}
		if !spdx(id) {
			license = cyclonedx.License{Name: id}
		}
		choices = append(choices, cyclonedx.LicenseChoice{License: &license})
	}
	return &choices
}

// spdx tells whether an identifier is one of SPDX, which alone may stand where
// the format wants an identifier. These are the ones that occur.
func spdx(id string) bool {
	switch id {
	case "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "ICU", "ISC", "MIT", "MPL-2.0", "OFL-1.1", "Python-2.0",
		"TCL", "Unlicense", "X11", "Zlib", "blessing", "bzip2-1.0.6":
		return true
	}
	return false
}

// fileSum is the SHA-256 of a file, in hexadecimal.
func fileSum(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
