//! `soban doctor`: looks at everything and says what is wrong, and how to mend it.

use std::process::ExitCode;

use crate::tools;
use serde_json::json;

use super::{DoctorArgs, Failure};

pub(crate) async fn doctor(args: DoctorArgs) -> Result<ExitCode, Failure> {
    let findings = tools::doctor(&args.config, &args.data.data).await;
    let well = findings.iter().all(|finding| finding.wrong.is_none());
    if args.json {
        let list: Vec<_> = findings.iter().map(|f| json!({ "part": f.part, "ok": f.wrong.is_none(), "said": f.said, "wrong": f.wrong })).collect();
        println!("{}", json!({ "ok": well, "findings": list }));
    } else {
        for finding in &findings {
            match &finding.wrong {
                None => println!("well   {:<10} {}", finding.part, finding.said),
                Some(wrong) => println!("WRONG  {:<10} {wrong}", finding.part),
            }
        }
    }
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
