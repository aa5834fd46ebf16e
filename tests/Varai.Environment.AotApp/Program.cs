using Varai.Configuration;

namespace Varai.AotApp;

/// <summary>Compiled ahead of time and run by a test: what the library does must work without reflection and without a JIT.</summary>
internal static class Program
{
    private static int Main()
    {
        var file = new ConfigurationFile("aot.json", """{"limit": 3}"""u8.ToArray());
        ConfigurationNode root = ConfigurationNode.Object(
            [new ConfigurationMember("limit", ConfigurationNode.Scalar(ConfigurationNodeKind.Number, "3", file, 10, 1), NameStart: 1)], file, 0, 12);

        Console.WriteLine($"limit = {root.FindKey("limit")?.Text} at {root.FindKey("limit")?.Origin}");
        return 0;
    }
}
