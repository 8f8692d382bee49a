//! The charts of the report: what they show, and how they are drawn without a script.

mod arms;
mod axis;
mod data;
mod distribution;
mod figure;
mod history;
mod model;
mod over_time;
mod percentiles;
mod plan;
mod probes;
mod rates;
mod resources;
mod stretch;
mod svg;
mod thin;
mod times;
mod trend;
mod unit;
mod values;

pub(super) use arms::arm_charts;
pub(super) use data::{BlockText, block};
pub(super) use figure::figures;
pub(super) use model::Chart;
pub(super) use plan::{charts, series_charts};
pub(super) use svg::swatches;
pub(super) use trend::trend_chart;
