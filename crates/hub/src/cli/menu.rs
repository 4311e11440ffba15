//! `soban menu check|import`.

use std::path::Path;
use std::process::ExitCode;

use crate::menu_file::{Wrong, read_menu};
use crate::tools;
use serde_json::json;
use soban_domain::menu::Menu;

use super::Failure;

pub(crate) fn check(file: &Path, json: bool) -> Result<ExitCode, Failure> {
    Ok(match read_menu(file) {
        Ok(menu) => {
            if json {
                println!(
                    "{}",
                    json!({ "ok": true, "items": menu.items().count(), "categories": menu.categories().len() })
                );
            } else {
                println!("{}: good, {}", file.display(), size(&menu));
            }
            ExitCode::SUCCESS
        }
        Err(wrongs) => refuse(&wrongs, json),
    })
}

pub(crate) async fn import(file: &Path, data: &Path, json: bool) -> Result<ExitCode, Failure> {
    let menu = match read_menu(file) {
        Ok(menu) => menu,
        Err(wrongs) => return Ok(refuse(&wrongs, json)),
    };
    let size = size(&menu);
    let imported = tools::import_menu(menu, file, data).await?;
    if json {
        println!(
            "{}",
            json!({ "ok": true, "menu": imported.hash, "new": imported.new })
        );
    } else if imported.new {
        println!("{}: in force, {size}", file.display());
    } else {
        println!("{}: this menu was in force already", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn size(menu: &Menu) -> String {
    format!(
        "{} items in {} categories",
        menu.items().count(),
        menu.categories().len()
    )
}

fn refuse(wrongs: &[Wrong], json: bool) -> ExitCode {
    if json {
        let list: Vec<_> = wrongs
            .iter()
            .map(|w| json!({ "line": w.line, "reason": w.reason }))
            .collect();
        println!("{}", json!({ "ok": false, "wrong": list }));
    }
    for wrong in wrongs {
        eprintln!("{wrong}");
    }
    ExitCode::from(1)
}
