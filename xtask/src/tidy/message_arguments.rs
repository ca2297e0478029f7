//! A message is a template with arguments in braces: every brace is filled, and no argument is given for nothing.

use crate::catalogue::{Catalogue, Field};
use crate::problem::Problem;

/// Complains of each brace that nobody fills and each argument that no brace takes.
pub(crate) fn check(catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in &catalogue.rules {
        let template = &rule.template;
        let braces = braces(&template.value);
        let mut say = |line, message| problems.push(Problem::new(&rule.path, line, message));
        // A rule that gives none is reported for by a file beside it, which gives the same to several rules.
        let shared = rule.arguments.is_empty();
        let given: &[Field] = if shared {
            &catalogue.shared_arguments
        } else {
            &rule.arguments
        };
        for brace in &braces {
            if !given.iter().any(|argument| argument.value == *brace) {
                say(
                    template.line.max(1),
                    format!("nothing gives the template its `{{{brace}}}`"),
                );
            }
        }
        for argument in given {
            if !shared && !braces.contains(&argument.value.as_str()) {
                let message = format!(
                    "the template does not use the argument `{}`",
                    argument.value
                );
                say(argument.line, message);
            }
        }
    }
    problems
}

fn braces(template: &str) -> Vec<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::FOLDER;
    use crate::problem::lines;
    use crate::tree::Tree;

    fn found(rule: &str, shared: &str) -> Vec<String> {
        let rule = format!("static RULE: Rule = Rule {{\n    template: {rule}");
        let (rule_path, shared_path) = (format!("{FOLDER}a.rs"), format!("{FOLDER}cycle.rs"));
        let tree = Tree::of(&[(&rule_path, rule.as_str()), (&shared_path, shared)]);
        lines(&check(&Catalogue::read(&tree)))
    }

    #[test]
    fn a_template_that_takes_what_it_is_given_has_no_problem() {
        let rule = "\"`{lock}` in {cycle}\" }\nx.argument(\"lock\", 1).argument(\"cycle\", 2);";
        assert_eq!(found(rule, ""), [""; 0]);
        assert_eq!(
            found(
                "\"{cycle}\" }",
                ".argument(\"from\", 1).argument(\"cycle\", 2)"
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_brace_without_an_argument_is_found() {
        assert_eq!(
            found(
                "\"`{lock}` and `{other}`\" }\nx.argument(\"lock\", 1);",
                ".argument(\"other\", 2)"
            ),
            ["fence-engine/src/rules/a.rs:2: nothing gives the template its `{other}`"]
        );
        assert_eq!(
            found("\"{lock}\" }", ".argument(\"cycle\", 1)"),
            ["fence-engine/src/rules/a.rs:2: nothing gives the template its `{lock}`"]
        );
    }

    #[test]
    fn an_argument_without_a_brace_is_found() {
        assert_eq!(
            found("\"text\" }\n\nx.argument(\"lock\", 1);", ""),
            ["fence-engine/src/rules/a.rs:4: the template does not use the argument `lock`"]
        );
    }
}
