//! placeholder
/// A facility's id: 1 to 64 of `[A-Za-z0-9-]`, never reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FacilityId(Box<str>);
impl FacilityId { 
    /// Reads an id.
    pub fn new(text: &str) -> Option<Self> { (!text.is_empty() && text.len()<=64 && text.bytes().all(|b| b.is_ascii_alphanumeric()||b==b'-')).then(|| Self(text.into())) }
    /// The text.
    pub fn as_str(&self)->&str {&self.0} }
