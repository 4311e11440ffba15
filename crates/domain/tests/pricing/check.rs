//! What a menu can get wrong: each flaw by its place.

use soban_domain::menu::check::{EACH_MOST, ITEMS_MOST, PRICE_MOST};
use soban_domain::menu::{Choice, Group, Item, Menu, MenuParts};
use soban_domain::money::Won;

use crate::fixture::{parts, slug};

fn item<'a>(parts: &'a mut MenuParts, id: &str) -> &'a mut Item {
    parts.items.iter_mut().find(|i| i.id == slug(id)).unwrap()
}

fn group<'a>(parts: &'a mut MenuParts, id: &str) -> &'a mut Group {
    parts.groups.iter_mut().find(|g| g.id == slug(id)).unwrap()
}

fn choice<'a>(parts: &'a mut MenuParts, of: &str, id: &str) -> &'a mut Choice {
    let choices = &mut group(parts, of).choices;
    choices.iter_mut().find(|c| c.id == slug(id)).unwrap()
}

/// The places of all flaws after a change of the good menu, as `kind id field`.
fn flaws_after(spoil: impl FnOnce(&mut MenuParts)) -> Vec<String> {
    let mut parts = parts();
    spoil(&mut parts);
    let flaws = Menu::new(parts).err().unwrap_or_default();
    let place = |p: &soban_domain::menu::Place| format!("{} {} {}", p.kind, p.id, p.field);
    flaws.iter().map(|flaw| place(&flaw.place)).collect()
}

/// Asserts that a change makes exactly one flaw, at this place.
#[track_caller]
fn one(place: &str, spoil: impl FnOnce(&mut MenuParts)) {
    assert_eq!(flaws_after(spoil), [place]);
}

/// The menu that the other tests break has no flaw itself.
#[test]
fn the_menu_is_good() {
    assert_eq!(flaws_after(|_| {}), [""; 0]);
}

/// Prices below zero and above the bound are found in every field that holds one.
#[test]
fn prices_are_bounded() {
    one("item cola price", |p| item(p, "cola").price = Won(-1));
    one("item cola price", |p| {
        item(p, "cola").price = Won(PRICE_MOST.0 + 1);
    });
    one("item stew take_out_price", |p| {
        item(p, "stew").take_out_price = Some(Won(-1));
    });
    one("item latte cup_deposit", |p| {
        item(p, "latte").cup_deposit = Some(Won(i64::MAX));
    });
    one("choice spice/hot price", |p| {
        choice(p, "spice", "hot").price = Won(i64::MIN);
    });
}

/// Names that lead nowhere are found wherever one can stand.
#[test]
fn references_must_lead_somewhere() {
    one("category all items", |p| {
        p.categories[0].items.push(slug("unicorn"));
    });
    one("item cola groups", |p| {
        item(p, "cola").groups.push(slug("nothing"));
    });
    one("choice spice/hot groups", |p| {
        choice(p, "spice", "hot").groups.push(slug("nothing"));
    });
    one("choice fruit-slot/apples item", |p| {
        choice(p, "fruit-slot", "apples").item = Some(slug("unicorn"));
    });
}

/// Ids used twice and questions asked twice are found.
#[test]
fn nothing_stands_twice() {
    one("category all id", |p| {
        p.categories.push(p.categories[0].clone())
    });
    one("item cola id", |p| {
        let again = item(p, "cola").clone();
        p.items.push(again);
    });
    one("group gold id", |p| {
        let again = group(p, "gold").clone();
        p.groups.push(again);
    });
    one("choice hot id", |p| {
        let again = choice(p, "spice", "hot").clone();
        group(p, "spice").choices.push(again);
    });
    one("item stew groups", |p| {
        item(p, "stew").groups.push(slug("spice"));
    });
}

/// Groups that cannot be answered, or are answered wrongly beforehand, are found.
#[test]
fn groups_can_be_answered() {
    one("group spice min", |p| group(p, "spice").min = 2);
    one("group gold min", |p| {
        (group(p, "gold").min, group(p, "gold").max) = (21, 30);
    });
    one("group extras max", |p| group(p, "extras").max = 0);
    one("group spice default", |p| {
        choice(p, "spice", "hot").default = 1;
    });
    one("choice extras/rice default", |p| {
        choice(p, "extras", "rice").default = 2;
    });
    for each in [0, EACH_MOST + 1, u32::MAX] {
        one("choice extras/rice max_each", |p| {
            choice(p, "extras", "rice").max_each = each;
        });
    }
    one("choice spice/hot name", |p| {
        choice(p, "spice", "hot").name = None
    });
    let found = flaws_after(|p| group(p, "spice").choices.clear());
    assert_eq!(found, ["group spice min"]);
}

/// A ring of groups never ends and is found from every item that leads into it, as is
/// an item that is part of itself.
#[test]
fn rings_are_found() {
    let found = flaws_after(|p| {
        choice(p, "shots", "shot").groups.push(slug("size"));
    });
    let into_the_ring = ["latte", "set-lunch", "set-fruit"];
    assert_eq!(found, into_the_ring.map(|id| format!("item {id} groups")));
    one("item set-fruit groups", |p| {
        choice(p, "fruit-slot", "apples").item = Some(slug("set-fruit"));
    });
}

/// Four levels of questions pass and five do not, by lengthening a chain.
#[test]
fn nesting_ends() {
    let chain = |length: usize| {
        flaws_after(|p| {
            let names = ["spice", "extras", "gold", "water-slot", "fruit-slot"];
            for pair in names[..length].windows(2) {
                group(p, pair[0]).choices[0].groups = vec![slug(pair[1])];
            }
            item(p, "cola").groups = vec![slug("spice")];
        })
    };
    assert!(!chain(4).contains(&"item cola groups".to_owned()));
    assert!(chain(5).contains(&"item cola groups".to_owned()));
}

/// Words must be there, short and printable, in every language that is written.
#[test]
fn words_are_printable() {
    one("item cola name", |p| {
        item(p, "cola").name.en = " ".to_owned()
    });
    one("item cola name", |p| {
        item(p, "cola").name.ko = "콜".repeat(61)
    });
    one("item cola name", |p| {
        item(p, "cola").name.zh = Some("可\u{202e}乐".to_owned());
    });
    one("item cola description", |p| {
        item(p, "cola").description.ja = Some("あ".repeat(201));
    });
    one("choice spice/hot name", |p| {
        let name = &mut choice(p, "spice", "hot").name;
        name.as_mut().unwrap().en = "\u{7}".to_owned();
    });
    one("category all picture", |p| {
        p.categories[0].picture = "../secret".to_owned();
    });
}

/// The menu as a whole: a category at least, and not more items than screens can hold.
#[test]
fn the_whole_is_bounded() {
    one("menu  category", |p| p.categories.clear());
    one("menu  item", |p| {
        let cola = item(p, "cola").clone();
        p.items.extend((0..ITEMS_MOST).map(|n| Item {
            id: slug(&format!("cola-{n}")),
            ..cola.clone()
        }));
    });
    one("item cola dining", |p| item(p, "cola").dining.clear());
}

/// All flaws come at once, each as a sentence with its place and reason.
#[test]
fn all_flaws_come_at_once() {
    let mut parts = parts();
    item(&mut parts, "cola").price = Won(-1);
    item(&mut parts, "latte").groups.push(slug("nothing"));
    let flaws = Menu::new(parts).unwrap_err();
    let said: Vec<String> = flaws.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "item \"cola\", price: -1 won is below zero",
            "item \"latte\", groups: no group is called \"nothing\"",
        ]
    );
}
