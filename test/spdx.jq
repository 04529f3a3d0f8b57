# SPDX-License-Identifier: MIT
# What breaks the rules of SPDX 2.3 in a document, a line each: fields that must be there and those that may, the form
# of their values, that all that is referred to is there once (clauses 6, 7, 8, 11, 12, and the JSON schema).

def problem($where; $what): "\($where): \($what)";

# only($where; REQUIRED; OPTIONAL): fields of an object
def only($where; $required; $optional):
	(keys_unsorted as $keys | ($required - $keys)[] | problem($where; "no " + .)),
	((keys_unsorted - $required - $optional)[] | problem($where; "what is " + . + "?"));

def matches($where; $value; $pattern):
	if ($value | type) == "string" and ($value | test($pattern)) then empty
	else problem($where; "\($value) is not \($pattern)") end;

def lines($where; $value): matches($where; $value; "^[^\n]+$");

def checksums($where):
	(if map(select(.algorithm == "SHA1")) | length == 1 then empty else problem($where; "not one SHA1") end),
	(.[] | only($where; ["algorithm", "checksumValue"]; []),
		if .algorithm == "SHA1" then matches($where; .checksumValue; "^[0-9a-f]{40}$")
		elif .algorithm == "SHA256" then matches($where; .checksumValue; "^[0-9a-f]{64}$")
		else problem($where; "algorithm \(.algorithm)") end);

def supplier($where): matches($where; .; "^(NOASSERTION|(Person|Organization): [^\n]+)$");

def package:
	.SPDXID as $id
	| only($id; ["SPDXID", "name", "downloadLocation"]; ["versionInfo", "packageFileName", "supplier", "filesAnalyzed",
		"packageVerificationCode", "checksums", "sourceInfo", "licenseConcluded", "licenseInfoFromFiles",
		"licenseDeclared", "copyrightText", "externalRefs", "annotations"]),
	lines($id; .name), (if has("versionInfo") then lines($id; .versionInfo) else empty end), (.supplier | supplier($id)),
	(if .downloadLocation != "NOASSERTION" then problem($id; "downloadLocation") else empty end),
	(if .filesAnalyzed == false and (has("packageVerificationCode") or has("licenseInfoFromFiles"))
		then problem($id; "no files, but something of them") else empty end),
	(if .filesAnalyzed != false then
		matches($id; .packageVerificationCode.packageVerificationCodeValue; "^[0-9a-f]{40}$") else empty end),
	(.checksums // empty | checksums($id)),
	(.externalRefs // [] | .[] | only($id; ["referenceCategory", "referenceType", "referenceLocator"]; []),
		matches($id; .referenceCategory; "^PACKAGE-MANAGER$"), matches($id; .referenceType; "^purl$"),
		matches($id; .referenceLocator; "^pkg:deb/[a-z0-9.-]+/([a-z0-9.-]|%[0-9A-F]{2})+@[A-Za-z0-9.~:%-]+[?]arch=[a-z0-9-]+(&distro=[a-z0-9.-]+)?$")),
	(.annotations // [] | .[] | only($id; ["annotationDate", "annotationType", "annotator", "comment"]; []),
		matches($id; .annotator; "^Tool: .+-.+$"), matches($id; .annotationType; "^(OTHER|REVIEW)$"));

def file:
	.SPDXID as $id
	| only($id; ["SPDXID", "fileName", "checksums"]; ["licenseConcluded", "licenseInfoInFiles", "copyrightText"]),
	matches($id; .fileName; "^[.]/([^%]|%[0-9A-F]{2})+$"), (.checksums | checksums($id)),
	(if (.licenseInfoInFiles | type) != "array" then problem($id; "licenseInfoInFiles") else empty end);

def document:
	only("document"; ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"];
		["packages", "files", "relationships"]),
	matches("document"; .spdxVersion; "^SPDX-2[.]3$"), matches("document"; .dataLicense; "^CC0-1[.]0$"),
	matches("document"; .SPDXID; "^SPDXRef-DOCUMENT$"), lines("document"; .name),
	matches("document"; .documentNamespace; "^https://[A-Za-z0-9./~_-]+$"),
	(.creationInfo | only("creationInfo"; ["created", "creators"]; []),
		matches("created"; .created; "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
		matches("creators"; .creators[]; "^Tool: .+-.+$"));

document, (.packages[] | package), (.files[] | file),
([.SPDXID, (.packages, .files | .[].SPDXID)] as $ids
	| ($ids[] | matches("identifier"; .; "^SPDXRef-[A-Za-z0-9.-]+$")),
	(if ($ids | unique | length) != ($ids | length) then problem("identifier"; "one of two things") else empty end),
	(if (.files | map(.fileName) | unique | length) != (.files | length) then problem("files"; "one twice") else empty end),
	(.packages | map(select(.filesAnalyzed == false) | .SPDXID)) as $empty | (.files | map(.SPDXID)) as $files
	| ([.relationships[] | select(.relationshipType == "DESCRIBES" and .spdxElementId == "SPDXRef-DOCUMENT")] | length
		| if . == 0 then problem("document"; "it describes nothing") else empty end),
	(.relationships[] | only("relationship"; ["spdxElementId", "relationshipType", "relatedSpdxElement"]; []),
		(.spdxElementId, .relatedSpdxElement | select(. != "NOASSERTION") as $id
			| if $ids | index($id) then empty else problem("relationship"; "there is no " + $id) end),
		matches("relationship"; .relationshipType; "^(DESCRIBES|CONTAINS|GENERATED_FROM|HAS_PREREQUISITE)$"),
		(select(.relationshipType == "CONTAINS" and (.spdxElementId | IN($empty[])) and (.relatedSpdxElement | IN($files[])))
			| problem("relationship"; .spdxElementId + " contains a file"))))
