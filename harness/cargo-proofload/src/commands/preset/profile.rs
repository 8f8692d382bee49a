//! The numbers that are built in.

use clap::ValueEnum;

/// How thorough a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PresetProfile {
    /// About 30 s: does it work, and about how much does it take?
    Smoke,
    /// Some minutes, with repeats: figures to compare
    Standard,
    /// Some minutes, far past saturation: how does it break?
    Stress,
}

/// What a profile offers, as a command line would write it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProfileNumbers {
    pub(super) levels: &'static str,
    pub(super) closed_duration: &'static str,
    pub(super) closed_warmup: &'static str,
    pub(super) closed_repeat: &'static str,
    pub(super) shares: &'static str,
    pub(super) open_duration: &'static str,
    pub(super) open_warmup: &'static str,
    pub(super) open_repeat: &'static str,
    pub(super) max_in_flight: &'static str,
}

impl PresetProfile {
    pub(super) const fn name(self) -> &'static str {
        match self {
            PresetProfile::Smoke => "smoke",
            PresetProfile::Standard => "standard",
            PresetProfile::Stress => "stress",
        }
    }

    pub(super) const fn numbers(self) -> ProfileNumbers {
        match self {
            PresetProfile::Smoke => ProfileNumbers {
                levels: "1,2,5,10,20",
                closed_duration: "2s",
                closed_warmup: "500ms",
                closed_repeat: "1",
                shares: "50%,90%,110%",
                open_duration: "4s",
                open_warmup: "1s",
                open_repeat: "1",
                max_in_flight: "200",
            },
            PresetProfile::Standard => ProfileNumbers {
                levels: "1,2,5,10,20,50,100,200",
                closed_duration: "5s",
                closed_warmup: "1s",
                closed_repeat: "3",
                shares: "50%,90%,110%",
                open_duration: "15s",
                open_warmup: "3s",
                open_repeat: "3",
                max_in_flight: "800",
            },
            PresetProfile::Stress => ProfileNumbers {
                levels: "10,20,50,100,200,500,1000",
                closed_duration: "10s",
                closed_warmup: "2s",
                closed_repeat: "3",
                shares: "50%,90%,110%,150%",
                open_duration: "20s",
                open_warmup: "3s",
                open_repeat: "2",
                max_in_flight: "2000",
            },
        }
    }
}
