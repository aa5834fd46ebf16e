// Every C# block of README.md and docs/ is a region of this project, between "// snippet: name" and "// end-snippet", so that
// no block is shown that does not compile. A test compares them.
using Varai.Configuration;

// snippet: node
var file = new ConfigurationFile("orders.json", "3"u8.ToArray());
ConfigurationNode limit = ConfigurationNode.Scalar(ConfigurationNodeKind.Number, "3", file, start: 0, length: 1);
Console.WriteLine($"{limit.Text} at {limit.Origin}"); // 3 at orders.json:1:1
// end-snippet
