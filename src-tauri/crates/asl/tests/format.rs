//! The layout is settled: values, comments and literals stay, and a second pass changes nothing.

mod shared;

use asl::{Document, Format, format};
use expect_test::{Expect, expect};

fn check(text: &str, expected: &Expect) {
    let (document, _) = Document::parse(text);
    let once = format(&document).expect("the text can be read");
    expected.assert_eq(&once);
    let (again, _) = Document::parse_as(&once, document.format());
    assert!(again.root().same_value(document.root()));
    assert_eq!(format(&again).expect("it can be read again"), once, "a second pass changes nothing");
}

#[test]
fn comments_and_literals_stay() {
    check(
        "// head\n{\"a\" : \"\\u00e9\\/\" ,// one\n \"b\":[1,2.50, ${X},\n\"x\"], /* two */ \"c\":{ }, \"d\": [ {\"e\":null} ], \"f\": [\n 1 // why\n ]\n// end\n}\n// foot",
        &expect![[r#"
            // head
            {
              "a": "\u00e9\/", // one
              "b": [1, 2.50, ${X}, "x"], /* two */
              "c": {},
              "d": [
                {
                  "e": null
                }
              ],
              "f": [
                1 // why
              ]
              // end
            }
            // foot
        "#]],
    );
    check(
        "a: 1   \nb: |\n  x  \n  y\nc: \"q  \n  r\" \n\n\n",
        &expect![[r#"
        a: 1
        b: |
          x  
          y
        c: "q  
          r"
    "#]],
    );
}

#[test]
fn real_files_settle() {
    let Some(shared) = shared::shared() else { return };
    for path in shared::files_below(&shared.join("workflows/real")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let (document, _) = Document::parse_as(&text, Format::Json);
        let once = format(&document).expect("real files can be read");
        let (again, _) = Document::parse_as(&once, Format::Json);
        assert!(again.root().same_value(document.root()), "{}", path.display());
        assert_eq!(format(&again).as_deref(), Ok(&*once), "{}", path.display());
    }
}
