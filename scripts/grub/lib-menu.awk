# SPDX-License-Identifier: MIT
# Prints the values that a variable may have when GRUB shows its menu, for lib-environment: one a
# line, an empty line if the variable may be unset, and ? if the value is unknown.
#
#	awk -v variable=NAME -v prefix=FOLDER -v environment=GRUBENV -f lib-menu.awk grub.cfg
#
# It follows the commands outside of entries and functions: assignments, `if`, `source` of files in
# GRUB's folder. If a condition depends on the machine, both branches count. It assumes that nobody
# presses a key.

# Conditions are 1 (true), 0 (false) or 2 (unknown).
function both(a, b) { return a == 0 || b == 0 ? 0 : a == 1 && b == 1 ? 1 : 2 }
function either(a, b) { return a == 1 || b == 1 ? 1 : a == 0 && b == 0 ? 0 : 2 }
function negation(a) { return a == 2 ? 2 : 1 - a }

function lookup(name) {
	if (name in values) {
		if (values[name] == "?" || index(values[name], "\n"))
			in_doubt = 1
		return values[name]
	}
	if (name ~ /^feature_/)
		return "y"
	if (name == "prefix" || name == "config_directory")
		return prefix
	if (name ~ /^(grub_|net_|root$|cmdpath$)/)
		in_doubt = 1
	return ""
}

function expand(text,    result, name, rest) {
	result = ""
	while (match(text, /[$][{]?[A-Za-z_][A-Za-z0-9_]*[}]?/)) {
		name = substr(text, RSTART, RLENGTH)
		result = result substr(text, 1, RSTART - 1)
		text = substr(text, RSTART + RLENGTH)
		gsub(/[${}]/, "", name)
		result = result lookup(name)
	}
	return result text
}

# Sets words. Returns their number.
function split_words(text,    count, word, is_word, part) {
	count = 0
	word = ""
	is_word = 0
	while (text != "") {
		if (match(text, /^"[^"]*"/) || match(text, /^'[^']*'/)) {
			part = substr(text, 2, RLENGTH - 2)
			is_word = 1
		} else if (match(text, /^[ \t]+/)) {
			if (is_word)
				words[++count] = word
			word = part = ""
			is_word = 0
		} else {
			if (!match(text, /^[^ \t"']+/))
				RLENGTH = 1
			part = substr(text, 1, RLENGTH)
		}
		quote = substr(text, 1, 1)
		text = substr(text, RLENGTH + 1)
		if (quote != "'")
			part = expand(part)
		if (part != "")
			is_word = 1
		word = word part
	}
	if (is_word)
		words[++count] = word
	return count
}

# Returns 1 if the file exists and, with `needs_content`, is not empty.
function test_file(path, needs_content,    line, result) {
	if (index(path, prefix "/") != 1)
		return 2
	result = (getline line < path)
	close(path)
	return needs_content ? result > 0 : result >= 0
}

# Evaluates the term of a test that begins at words[at]; moves `at` behind it.
function test_term(count,    word, operator) {
	word = words[at++]
	if (word == "!")
		return negation(test_term(count))
	if (word ~ /^-[nz]$/ && at <= count)
		return (words[at++] != "") == (word == "-n")
	if (word ~ /^-[efs]$/ && at <= count)
		return test_file(words[at++], word == "-s")
	if (word ~ /^-[a-z]+$/ && at <= count) {
		at++
		return 2
	}
	operator = at < count ? words[at] : ""
	if (operator == "=" || operator == "==" || operator == "!=") {
		at += 2
		return (words[at - 1] == word) == (operator != "!=")
	}
	return word != ""
}

function test_words(count,    any, all) {
	any = 0
	all = 1
	for (at = 1; at <= count; ) {
		all = both(all, test_term(count))
		if (at > count || words[at] == "-o") {
			any = either(any, all)
			all = 1
		} else if (words[at] != "-a")
			return 2
		at++
	}
	return any
}

function condition(text,    result) {
	in_doubt = 0
	if (text ~ /^!/)
		return negation(condition(substr(text, 2 + match(substr(text, 2), /[^ \t]/) - 1)))
	if (text ~ /^\[.*\]$/) {
		result = test_words(split_words(substr(text, 2, length(text) - 2)))
		return in_doubt ? 2 : result
	}
	if (text ~ /^keystatus/)
		return 0
	return text ~ /^sleep .*--interruptible/ ? 1 : 2
}

function is_executed(    i, result) {
	result = 1
	for (i = 1; i <= depth; i++)
		result = both(result, branch[i])
	return result
}

function assign(name, value, executed) {
	if (executed == 1)
		values[name] = value
	else if (!index("\n" values[name] "\n", "\n" value "\n"))
		values[name] = values[name] "\n" value
}

function take_branch(result) {
	branch[depth] = taken[depth] == 1 ? 0 : taken[depth] == 2 ? both(2, result) : result
	taken[depth] = either(taken[depth], result)
}

# A command outside of entries and functions.
function follow_command(text,    executed, name, at_equals) {
	sub(/^[ \t]+/, "", text)
	sub(/[ \t]+$/, "", text)
	if (text ~ /^(then|else|do)([ \t]|$)/) {
		if (text ~ /^else/)
			take_branch(1)
		follow_command(substr(text, text ~ /^do/ ? 3 : 5))
		return
	}
	if (text ~ /^if[ \t]/) {
		depth++
		taken[depth] = 0
		take_branch(condition(substr(text, 3 + match(substr(text, 3), /[^ \t]/) - 1)))
	} else if (text ~ /^elif[ \t]/)
		take_branch(condition(substr(text, 5 + match(substr(text, 5), /[^ \t]/) - 1)))
	else if (text == "fi" && depth > 0)
		depth--
	executed = is_executed()
	if (executed == 0)
		return
	sub(/^set[ \t]+/, "", text)
	in_doubt = 0
	if (text ~ /^[A-Za-z_][A-Za-z0-9_]*=/) {
		at_equals = index(text, "=")
		name = substr(text, 1, at_equals - 1)
		split_words("=" substr(text, at_equals + 1))
		assign(name, in_doubt ? "?" : substr(words[1], 2), executed)
	} else if (text ~ /^unset[ \t]/) {
		sub(/^unset[ \t]+/, "", text)
		assign(text, "", executed)
	} else if (text ~ /^(source|\.)[ \t]/ && split_words(text) == 2 && index(words[2], prefix "/") == 1)
		follow_file(words[2])
}

# An entry or a function ends with a line that begins with }, which is a command in a shell too.
function follow_file(path,    line, in_block, commands, count, i) {
	in_block = 0
	while ((getline line < path) > 0) {
		sub(/^[ \t]+/, "", line)
		if (line ~ /^#/)
			continue
		if (line ~ /[{][ \t]*$/)
			in_block++
		else if (line ~ /^[}]([ \t;#]|$)/ && in_block)
			in_block--
		else if (!in_block) {
			count = split(line, commands, ";")
			for (i = 1; i <= count; i++)
				follow_command(commands[i])
		}
	}
	close(path)
	if (in_block)
		is_unclosed = 1
}

BEGIN {
	while ((getline line < environment) > 0)
		if (line ~ /^[A-Za-z_][A-Za-z0-9_]*=/)
			values[substr(line, 1, index(line, "=") - 1)] = substr(line, index(line, "=") + 1)
	close(environment)
	values["next_entry"] = ""
	follow_file(ARGV[1])
	print is_unclosed ? "?" : values[variable]
}
