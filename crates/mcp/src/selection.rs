//! Narrows views: by effect, by toolset, by the names of tools. Settings and the headers of requests both
//! end here.

use crate::{
    catalog::{self, Kind},
    directory,
    settings::ToolSettings,
    sources::{Fault, Faults},
    view::{self, Mode, View},
};

/// Narrows a view by names, which are separated by commas.
pub(crate) type ByName = fn(View, &str) -> Result<View, String>;

impl View {
    /// The tools that the settings leave.
    ///
    /// # Errors
    /// A setting names a tool that does not exist, or no tool is left.
    pub fn from_settings(settings: &ToolSettings) -> Result<Self, Faults> {
        let ToolSettings { read_only, toolsets, tools, exclude_tools, no_preview, mode } = settings;
        let mut faults = Vec::new();
        let mut view = Self::default().of_toolsets(&toolsets.0);
        let named: [(_, _, _, ByName); 2] = [
            (tools, "STREAM_TOOLS", "--tools", Self::tools),
            (exclude_tools, "STREAM_EXCLUDE_TOOLS", "--exclude-tools", Self::exclude_tools),
        ];
        for (names, variable, flag, narrow) in named {
            let Some(names) = names else { continue };
            match narrow(view.clone(), names) {
                Ok(narrowed) => view = narrowed,
                Err(message) => faults.push(Fault::new(variable, Some(flag), message)),
            }
        }
        if *read_only {
            view = view.read_only();
        }
        if *no_preview {
            view = view.no_preview();
        }
        if *mode == Mode::Search {
            view = view.search();
        }
        if faults.is_empty() && !catalog::all().any(|tool| view.includes(tool.name())) {
            let message = "together with the other settings, this leaves no tool";
            let (variable, flag) = match tools {
                Some(_) => ("STREAM_TOOLS", "--tools"),
                None => ("STREAM_TOOLSETS", "--toolsets"),
            };
            faults.push(Fault::new(variable, Some(flag), message));
        }
        if faults.is_empty() { Ok(view) } else { Err(Faults(faults)) }
    }

    /// Only tools that change nothing.
    #[must_use]
    pub fn read_only(self) -> Self {
        self.only(|tool| tool.effects().read_only)
    }

    /// Only tools whose operations are published and stable.
    #[must_use]
    pub fn no_preview(self) -> Self {
        self.only(|tool| !tool.preview())
    }

    /// Only the named toolsets. Names are separated by commas.
    ///
    /// # Errors
    /// A name is unknown, or there is none. The message lists the toolsets.
    pub fn toolsets(self, names: &str) -> Result<Self, String> {
        Ok(self.of_toolsets(&view::toolsets(names)?))
    }

    /// Only the named tools. Names are separated by commas.
    ///
    /// # Errors
    /// A name is unknown, or there is none.
    pub fn tools(self, names: &str) -> Result<Self, String> {
        let named = named(names)?;
        Ok(self.only(|tool| named.contains(&tool.name())))
    }

    /// All but the named tools. Names are separated by commas.
    ///
    /// # Errors
    /// A name is unknown, or there is none.
    pub fn exclude_tools(self, names: &str) -> Result<Self, String> {
        let named = named(names)?;
        Ok(self.only(|tool| !named.contains(&tool.name())))
    }

    fn of_toolsets(self, toolsets: &[&str]) -> Self {
        self.only(|tool| toolsets.contains(&tool.toolset()))
    }

    fn only(self, wanted: impl Fn(Kind) -> bool) -> Self {
        self.without(catalog::all().filter(|tool| !wanted(*tool)).map(Kind::name))
    }
}

/// The tools with these names.
fn named(names: &str) -> Result<Vec<&'static str>, String> {
    let mut found = Vec::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let Some(tool) = catalog::all().map(Kind::name).find(|known| *known == name) else {
            return Err(match directory::nearest(name, catalog::all().map(Kind::name)) {
                Some(near) => format!("unknown tool; did you mean `{near}`?"),
                None => "unknown tool; `stream-mcp tools` lists them".to_owned(),
            });
        };
        found.push(tool);
    }
    if found.is_empty() {
        return Err("names no tool; `stream-mcp tools` lists them".to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::View;
    use crate::{catalog, settings::Settings};

    fn read(pairs: &[(&str, &str)]) -> Result<View, String> {
        let find = |name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let settings = Settings::read(find).map_err(|faults| faults.to_string())?;
        View::from_settings(&settings.tools).map_err(|faults| faults.to_string())
    }

    fn names(view: &View) -> Vec<&'static str> {
        catalog::all().map(|tool| tool.name()).filter(|name| view.includes(name)).collect()
    }

    #[test]
    fn a_view_only_ever_narrows() {
        let server = View::default().toolsets("payments, docs").unwrap().read_only();
        let wider = server.clone().toolsets("customers,docs").unwrap();
        assert!(wider.includes("get_stream_doc"));
        assert!(!wider.includes("get_payment"));
        assert!(!wider.includes("get_customer"), "the server does not have it");
        assert!(names(&server.clone().tools("get_customer").unwrap()).is_empty());
        assert!(!server.tools("refund_payment,get_payment").unwrap().includes("refund_payment"));
    }

    #[test]
    fn settings_choose_tools_by_toolset_name_effect_and_stability() {
        let all = names(&read(&[]).unwrap());
        assert_eq!(all.len(), catalog::all().count());
        let some = read(&[("STREAM_TOOLS", "refund_payment, get_payment")]).unwrap();
        assert_eq!(names(&some), ["get_payment", "refund_payment"]);
        let most = read(&[("STREAM_EXCLUDE_TOOLS", "refund_payment,delete_customer")]).unwrap();
        assert_eq!(names(&most).len(), all.len() - 2);
        assert!(!most.includes("refund_payment") && most.includes("get_payment"));
        let stable = read(&[("STREAM_NO_PREVIEW", "true")]).unwrap();
        for tool in catalog::all() {
            assert_eq!(stable.includes(tool.name()), !tool.preview(), "{}", tool.name());
        }
        let settings = [
            ("STREAM_TOOLSETS", "payments,customers"),
            ("STREAM_TOOLS", "refund_payment,get_payment,get_customer"),
            ("STREAM_EXCLUDE_TOOLS", "get_customer"),
            ("STREAM_READ_ONLY", "true"),
        ];
        assert_eq!(names(&read(&settings).unwrap()), ["get_payment"]);
    }

    #[test]
    fn an_unknown_name_stops_the_start_with_the_right_one() {
        for names in ["", " , ", "payment", "docs,*"] {
            let message = View::default().toolsets(names).unwrap_err();
            assert!(message.contains("account, customers, products"), "{message}");
        }
        let settings = [
            ("STREAM_TOOLS", "refund_paymnt"),
            ("STREAM_EXCLUDE_TOOLS", "get_payment,delete_custmer"),
        ];
        let message = read(&settings).unwrap_err();
        for part in [
            "STREAM_TOOLS (--tools): unknown tool; did you mean `refund_payment`?",
            "STREAM_EXCLUDE_TOOLS (--exclude-tools): unknown tool; did you mean `delete_customer`?",
        ] {
            assert!(message.contains(part), "{message}");
        }
        let message = read(&[("STREAM_TOOLS", "hush\u{2603}")]).unwrap_err();
        assert!(message.contains("`stream-mcp tools`") && !message.contains("hush"), "{message}");
        assert!(read(&[("STREAM_TOOLS", ",")]).unwrap_err().contains("names no tool"));
        assert!(read(&[("STREAM_TOOLS", " ")]).is_ok(), "an empty value counts as none");
        assert!(View::default().exclude_tools(&"x".repeat(100_000)).is_err());
    }

    #[test]
    fn settings_that_leave_no_tool_stop_the_start() {
        let settings = [("STREAM_TOOLSETS", "payments"), ("STREAM_TOOLS", "get_customer")];
        let message = read(&settings).unwrap_err();
        assert!(message.contains("STREAM_TOOLS (--tools): together"), "{message}");
        let everything: Vec<&str> = catalog::all().map(|tool| tool.name()).collect();
        let message = read(&[("STREAM_EXCLUDE_TOOLS", &everything.join(","))]).unwrap_err();
        assert!(message.contains("leaves no tool"), "{message}");
    }
}
