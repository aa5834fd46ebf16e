using Varai.Configuration;
using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

/// <summary>The official JSON-Schema-Test-Suite, which is not part of this repository.</summary>
internal static class JsonSchemaTestSuite
{
    private const string FolderVariable = "VARAI_JSON_SCHEMA_SUITE";
    private const string RemoteHost = "http://localhost:1234/";

    public static string? Folder { get; } = FindFolder();

    /// <summary>Skips the running test where the suite is missing.</summary>
    public static string RequireFolder()
    {
        Assert.SkipWhen(Folder is null, $"the JSON-Schema-Test-Suite is missing: put it at ../shared/data/json-schema-test-suite beside "
            + $"the repository, or name its folder (with tests and remotes) in {FolderVariable}");
        return Folder!;
    }

    public static string FolderName(SchemaDraft draft) => draft == SchemaDraft.Draft7 ? "draft7" : "draft2020-12";

    /// <summary>The required files of a draft; <c>optional</c> is left out.</summary>
    public static string[] Files(SchemaDraft draft)
    {
        if (Folder is null)
            return [];
        string[] files = Directory.GetFiles(Path.Combine(Folder, "tests", FolderName(draft)), "*.json");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>Runs one file.</summary>
    /// <returns>The number of cases, and those that fail.</returns>
    public static (int Cases, List<string> Failures) Run(SchemaDraft draft, string file)
    {
        int cases = 0;
        var failures = new List<string>();
        foreach (ConfigurationNode group in SchemaTestFiles.Json(File.ReadAllBytes(file), Path.GetFileName(file)).Items)
        {
            string name = $"{Path.GetFileName(file)}: {group.Find("description")!.Text}";
            var errors = new List<ConfigurationError>();
            var set = new SchemaSet { DefaultDraft = draft, Resolve = ReadRemote };
            JsonSchema? schema = set.Compile("suite:///schema.json", group.Find("schema")!, errors);
            foreach (ConfigurationNode test in group.Find("tests")!.Items)
            {
                cases++;
                string description = $"{name}: {test.Find("description")!.Text}";
                if (schema is null)
                {
                    failures.Add($"{description}: {string.Join("; ", errors)}");
                    continue;
                }

                bool expected = string.Equals(test.Find("valid")!.Text, "true", StringComparison.Ordinal);
                ConfigurationNode data = test.Find("data")!;
                IReadOnlyList<ConfigurationError> found = schema.Validate(data);
                if (schema.IsValid(data) != expected || (found.Count == 0) != expected)
                    failures.Add($"{description}: expected {(expected ? "valid" : "invalid")}, found [{string.Join("; ", found)}]");
            }
        }

        return (cases, failures);
    }

    private static ConfigurationNode? ReadRemote(string uri, List<ConfigurationError> errors)
    {
        if (!uri.StartsWith(RemoteHost, StringComparison.Ordinal))
            return null;
        string path = Path.Combine(Folder!, "remotes", uri[RemoteHost.Length..]);
        return File.Exists(path) ? SchemaTestFiles.Json(File.ReadAllBytes(path), uri) : null;
    }

    private static string? FindFolder()
    {
        string? named = Environment.GetEnvironmentVariable(FolderVariable);
        if (named is not null)
            return Directory.Exists(Path.Combine(named, "tests")) ? named : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Varai.Environment.sln")))
                continue;
            string beside = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data", "json-schema-test-suite"));
            return Directory.Exists(Path.Combine(beside, "tests")) ? beside : null;
        }

        return null;
    }
}
