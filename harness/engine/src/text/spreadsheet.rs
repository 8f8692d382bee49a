//! Texts that a spreadsheet would run.

/// What spreadsheets take for the beginning of a formula, and white space that they skip before one.
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// True if a spreadsheet may take this cell for a formula and run it, unless an apostrophe is put in front.
pub fn may_be_formula(cell: &str) -> bool {
    cell.starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_known_by_its_beginning() {
        for formula in ["=1+1", "-x", "+1", "@SUM(A1)", "\t=1", "\r\n=1", "\n=1", "＝1"] {
            assert!(may_be_formula(formula), "{formula:?}");
        }
        assert!(["", " ", "GET /a=b", "'=1", "1-1"].iter().all(|text| !may_be_formula(text)));
    }
}
