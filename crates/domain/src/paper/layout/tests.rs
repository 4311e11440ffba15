use proptest::prelude::*;

use super::*;

fn texts(paper: &Paper, columns: u16) -> Vec<String> {
    lay_out(paper, columns)
        .into_iter()
        .map(|line| match line {
            Line::Text(line) => line.text,
            other => format!("{other:?}"),
        })
        .collect()
}

fn row(indent: u8, left: &str, right: &[(&str, u8)]) -> Paper {
    let right = right
        .iter()
        .map(|(text, width)| Cell::new(*text, *width))
        .collect();
    let left = left.to_owned();
    let style = Style::PLAIN;
    Paper {
        blocks: vec![Block::Row {
            indent,
            left,
            right,
            style,
        }],
    }
}

/// A Korean sentence breaks between words; a word longer than the paper breaks between
/// letters, never within one: shown on texts worked out by hand.
#[test]
fn korean_breaks_between_words() {
    assert_eq!(
        wrap("돼지고기 김치찌개 곱빼기", 18),
        ["돼지고기 김치찌개", "곱빼기"]
    );
    assert_eq!(wrap("가나다라마바사", 5), ["가나", "다라", "마바", "사"]);
    assert_eq!(wrap("ab 가나다라 cd", 6), ["ab", "가나다", "라 cd"]);
    assert_eq!(wrap("a  b", 16), ["a  b"]);
    assert_eq!(wrap("   ", 16), [""; 0]);
}

/// A long name wraps under itself while its figures stay on the first line; each line
/// is worked out by hand.
#[test]
fn figures_stay_on_the_first_line() {
    let paper = row(
        2,
        "차돌박이 된장찌개와 보리밥 정식",
        &[("2", 3), ("31,000", 9)],
    );
    assert_eq!(
        texts(&paper, 32),
        [
            "  차돌박이           2    31,000",
            "  된장찌개와",
            "  보리밥 정식",
        ]
    );
}

/// Figures that leave no room beside them go below, whole, at the right.
#[test]
fn wide_figures_go_below() {
    let paper = row(0, "사업자등록번호", &[("120-81-47521", 0)]);
    let lines = lay_out(&paper, 16);
    let Some(Line::Text(last)) = lines.last() else {
        panic!("no figure");
    };
    assert_eq!(
        (last.text.as_str(), last.align),
        ("120-81-47521", Align::Right)
    );
    assert_eq!(lines.len(), 2);
}

fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[가-힣a-z0-9 ,₩é…\\-\u{1100}-\u{1112}]{0,60}",
        "[가-힣]{0,40}",
    ]
}

fn any_style() -> impl Strategy<Value = Style> {
    (0usize..4, any::<bool>()).prop_map(|(size, bold)| Style {
        size: Size::ALL[size],
        bold,
        ..Style::PLAIN
    })
}

fn any_block() -> impl Strategy<Value = Block> {
    let cells = prop::collection::vec(
        (any_words(), any::<u8>()).prop_map(|(text, width)| Cell { text, width }),
        0..4,
    );
    prop_oneof![
        (any_words(), any_style()).prop_map(|(text, style)| Block::Text {
            text,
            align: Align::Centre,
            style
        }),
        (any::<u8>(), any_words(), cells, any_style()).prop_map(|(indent, left, right, style)| {
            Block::Row {
                indent,
                left,
                right,
                style,
            }
        }),
        Just(Block::Rule(Rule::Double)),
        (0u8..9).prop_map(|lines| Block::Space { lines }),
    ]
}

/// What must be on the paper of a block: its letters without blanks.
fn letters(text: &str) -> String {
    normalise(text).replace(' ', "")
}

proptest! {
    /// No line is wider than the paper, for any document on any width.
    #[test]
    fn no_line_is_too_wide(blocks in prop::collection::vec(any_block(), 0..8), columns in 0u16..60) {
        let width = usize::from(columns.max(COLUMNS_LEAST));
        for line in lay_out(&Paper { blocks }, columns) {
            if let Line::Text(line) = line {
                prop_assert!(line.columns() <= width, "{:?}", line);
                prop_assert!(!line.text.contains(char::is_control));
            }
        }
    }

    /// Every letter of a text comes out, in order, for any words and size.
    #[test]
    fn no_letter_of_a_text_is_lost(text in any_words(), style in any_style(), columns in 16u16..60) {
        let wanted: String = text.split('\n').map(letters).collect();
        let paper = Paper { blocks: vec![Block::Text { text, align: Align::Left, style }] };
        let got: String = lay_out(&paper, columns).into_iter().map(|line| match line {
            Line::Text(line) => line.text.replace(' ', ""),
            _ => String::new(),
        }).collect();
        prop_assert_eq!(got, wanted);
    }

    /// A row keeps its name and its amount: the name's letters in order, and the amount
    /// unbroken at the right edge of the first line wherever name and amount have room.
    #[test]
    fn an_amount_is_never_broken(name in "[가-힣a-z ]{1,50}", won in 0u32..100_000_000, columns in 32u16..60) {
        let amount = crate::money::Won(i64::from(won)).to_string();
        let paper = row(0, &name, &[("1", 3), (&amount, 10)]);
        let lines = texts(&paper, columns);
        prop_assert!(lines[0].ends_with(&amount), "{:?}", lines);
        prop_assert_eq!(columns_of(&lines[0]), usize::from(columns));
        let all = lines.concat().replace(' ', "");
        let wanted = letters(&name);
        let figures = format!("1{amount}");
        prop_assert_eq!(all.replacen(&figures, "", 1), wanted);
    }
}
