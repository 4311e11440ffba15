//! KICC's JSON for simple payment, field by field.
//!
//! Source: docs.kicc.co.kr/en/docs/van-payment/simple/{approve-payment, cancel, net-cancel}.
//!
//! Guarantees: an approval and the net-cancel of it are written from the same data by the
//! same lines, so that they cannot differ. Deliberately absent: instalments (할부), which a
//! meal is not paid by, and fields that nobody here uses, the card's number first of all.

use serde::{Deserialize, Serialize};
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::tax::TaxParts;

use crate::fields::{compact_date, compact_time, won};
use crate::wish::tax_free;

/// A lump sum: no instalments.
const LUMP_SUM: &str = "00";
/// A void names the original by the merchant's number.
const BY_MERCHANT_NUMBER: &str = "G";

/// The terminal, on top of every request.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Terminal<'a> {
    pub(super) tid: &'a str,
    pub(super) svc_id: &'a str,
    pub(super) bizr_no: &'a str,
}

/// An approval, and word for word the net-cancel (망취소) of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApproveRequest<'a> {
    #[serde(flatten)]
    terminal: Terminal<'a>,
    merc_trx_no: &'a str,
    token_key: &'a str,
    alot_month: &'static str,
    trx_amt: i64,
    vat_amt: i64,
    svc_amt: i64,
    tax_free_amt: i64,
    tran_dt: String,
    tran_tm: String,
}

impl<'a> ApproveRequest<'a> {
    pub(super) fn new(
        terminal: Terminal<'a>,
        number: &'a str,
        code: &'a str,
        (amount, tax): (Won, &TaxParts),
        sent_at: Timestamp,
    ) -> ApproveRequest<'a> {
        ApproveRequest {
            terminal,
            merc_trx_no: number,
            token_key: code,
            alot_month: LUMP_SUM,
            trx_amt: amount.0,
            vat_amt: tax.vat.0,
            svc_amt: 0,
            tax_free_amt: tax_free(tax),
            tran_dt: compact_date(sent_at),
            tran_tm: compact_time(sent_at),
        }
    }
}

/// A void of all of an approval: the vendor has no part of one.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VoidRequest<'a> {
    #[serde(flatten)]
    terminal: Terminal<'a>,
    merc_trx_no: &'a str,
    wcc: &'static str,
    cnd_trx_no: &'a str,
    trx_amt: i64,
    vat_amt: i64,
    svc_amt: i64,
    tran_dt: String,
    tran_tm: String,
    org_aprv_dt: String,
    org_aprv_no: &'a str,
}

impl<'a> VoidRequest<'a> {
    pub(super) fn new(
        terminal: Terminal<'a>,
        (number, sent_at): (&'a str, Timestamp),
        original: &'a str,
        (amount, vat): (Won, Won),
        (approved_at, approval): (Timestamp, &'a str),
    ) -> VoidRequest<'a> {
        VoidRequest {
            terminal,
            merc_trx_no: number,
            wcc: BY_MERCHANT_NUMBER,
            cnd_trx_no: original,
            trx_amt: amount.0,
            vat_amt: vat.0,
            svc_amt: 0,
            tran_dt: compact_date(sent_at),
            tran_tm: compact_time(sent_at),
            org_aprv_dt: compact_date(approved_at),
            org_aprv_no: approval,
        }
    }
}

/// What every call answers, as far as it is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    pub(super) resp_cd: String,
    #[serde(default)]
    pub(super) resp_msg: Option<String>,
    #[serde(default)]
    pub(super) tid: Option<String>,
    #[serde(default)]
    pub(super) merc_trx_no: Option<String>,
    #[serde(default)]
    pub(super) trx_amt: Option<Amount>,
    #[serde(default)]
    pub(super) aprv_no: Option<String>,
    #[serde(default)]
    pub(super) aprv_dt: Option<String>,
    #[serde(default)]
    pub(super) aprv_tm: Option<String>,
}

/// Won, as a number or a string of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Amount(#[serde(deserialize_with = "won")] pub(super) i64);

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Terminal<'static> = Terminal {
        tid: "T123456789",
        svc_id: "SVC_SIMPLE",
        bizr_no: "1208147521",
    };

    /// Approval and void carry the vendor's field names, and the time is Korean; compared as
    /// text.
    #[test]
    fn requests_carry_the_vendors_names() {
        let at = Timestamp(1_689_423_502_999);
        let tax = TaxParts::of(Won(2200), Won(3000), Won(0));
        let approve = ApproveRequest::new(TERMINAL, "N1", "281", (Won(5200), &tax), at);
        assert_eq!(
            serde_json::to_string(&approve).unwrap(),
            r#"{"tid":"T123456789","svcId":"SVC_SIMPLE","bizrNo":"1208147521","mercTrxNo":"N1","tokenKey":"281","alotMonth":"00","trxAmt":5200,"vatAmt":200,"svcAmt":0,"taxFreeAmt":3000,"tranDt":"20230715","tranTm":"211822"}"#
        );
        let void = VoidRequest::new(
            TERMINAL,
            ("R1", at),
            "N1",
            (Won(5200), Won(200)),
            (at, "12345678"),
        );
        assert_eq!(
            serde_json::to_string(&void).unwrap(),
            r#"{"tid":"T123456789","svcId":"SVC_SIMPLE","bizrNo":"1208147521","mercTrxNo":"R1","wcc":"G","cndTrxNo":"N1","trxAmt":5200,"vatAmt":200,"svcAmt":0,"tranDt":"20230715","tranTm":"211822","orgAprvDt":"20230715","orgAprvNo":"12345678"}"#
        );
    }
}
