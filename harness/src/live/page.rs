//! The files of the page.

use hyper::StatusCode;
use hyper::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use hyper::{Response, body::Bytes};

use super::responses::whole;
use super::viewer::LiveBody;
use crate::outcome::RunReport;
use crate::report::html;

/// Media type and text of a file. None of them has anything of the run in it, so they need no token.
pub(super) fn file(path: &str) -> Option<(&'static str, &'static str)> {
    Some(match path {
        "/" => ("text/html; charset=utf-8", include_str!("page/live.html")),
        "/live.css" => ("text/css; charset=utf-8", include_str!("page/live.css")),
        "/uplot.css" => ("text/css; charset=utf-8", include_str!("../report/html/vendor/uPlot.min.css")),
        "/uplot.js" => ("text/javascript; charset=utf-8", include_str!("../report/html/vendor/uPlot.iife.min.js")),
        "/charts.js" => ("text/javascript; charset=utf-8", include_str!("../report/html/charts.js")),
        "/live.js" => ("text/javascript; charset=utf-8", include_str!("page/live.js")),
        _ => return None,
    })
}

/// The report of the tests that have ended, with the policy that it brings itself.
pub(super) fn report(run: &RunReport) -> Response<LiveBody> {
    let mut response = whole(StatusCode::OK, "text/html; charset=utf-8", Bytes::from(html::render(run)));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'none'"));
    response
}
