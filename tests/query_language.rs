//! Every example of docs/query-language.md means what the page says.

use dateline::query::parse;

#[test]
fn the_page_tells_the_truth() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/query-language.md"))
            .unwrap();
    let now = "2025-08-06T12:00:00Z".parse().unwrap();
    let mut examples = 0;
    for block in page.split("```query\n").skip(1) {
        let (block, _) = block.split_once("```").expect("the block is closed");
        for line in block.lines().filter(|line| !line.trim().is_empty()) {
            let (text, expected) = line.split_once(" => ").expect(line);
            let query = parse(text.trim(), now).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(query.to_string(), expected.trim(), "{text}");
            assert_eq!(parse(expected.trim(), now).as_ref(), Ok(&query), "{expected}");
            examples += 1;
        }
    }
    assert!(examples > 40, "only {examples} examples found");
}
