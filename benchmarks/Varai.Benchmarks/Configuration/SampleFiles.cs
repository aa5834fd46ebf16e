using System.Globalization;
using System.Text;

namespace Varai.Benchmarks.Configuration;

/// <summary>Configuration files of a given size: a realistic mix of nesting, kinds and lengths.</summary>
internal sealed class SampleFiles : IDisposable
{
    private const int KeysPerGroup = 10;

    public SampleFiles() => Root = Directory.CreateTempSubdirectory("varai-benchmark-").FullName;

    public string Root { get; }

    public string Folder => Path.Combine(Root, "config", "environments");

    public string Write(string name, string content)
    {
        Directory.CreateDirectory(Folder);
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    public static string Json(int keys)
    {
        var text = new StringBuilder("{\n");
        for (int i = 0; i < keys; i++)
        {
            if (i % KeysPerGroup == 0)
                text.Append(CultureInfo.InvariantCulture, $"  \"component_{i / KeysPerGroup}\": {{\n    \"settings\": {{\n");
            text.Append(CultureInfo.InvariantCulture, $"      \"key_{i % KeysPerGroup}\": {Value(i)}");
            text.Append(i % KeysPerGroup < KeysPerGroup - 1 && i < keys - 1 ? ",\n" : i < keys - 1 ? "\n    }\n  },\n" : "\n    }\n  }\n");
        }

        return text.Append("}\n").ToString();
    }

    public static string Yaml(int keys)
    {
        var text = new StringBuilder();
        for (int i = 0; i < keys; i++)
        {
            if (i % KeysPerGroup == 0)
                text.Append(CultureInfo.InvariantCulture, $"component_{i / KeysPerGroup}:\n  settings:\n");
            text.Append(CultureInfo.InvariantCulture, $"    key_{i % KeysPerGroup}: {Value(i)}\n");
        }

        return text.ToString();
    }

    /// <summary>A schema that describes each key of the file, as a schema made for it would.</summary>
    public static string Schema(int keys)
    {
        var text = new StringBuilder("{ \"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"object\", \"additionalProperties\": false, \"properties\": {\n");
        for (int i = 0; i < keys; i++)
        {
            if (i % KeysPerGroup == 0)
            {
                text.Append(i == 0 ? "" : ",\n").Append(
                    CultureInfo.InvariantCulture,
                    $"\"component_{i / KeysPerGroup}\": {{ \"type\": \"object\", \"required\": [\"settings\"], \"properties\": {{ \"settings\": {{ \"type\": \"object\", \"additionalProperties\": false, \"properties\": {{\n");
            }

            string rule = (i % 4) switch
            {
                0 => "{ \"type\": \"string\", \"minLength\": 1, \"pattern\": \"^https?://\" }",
                1 => "{ \"type\": \"integer\", \"minimum\": 0 }",
                2 => "{ \"type\": \"boolean\" }",
                _ => "{ \"type\": \"string\" }",
            };
            text.Append(CultureInfo.InvariantCulture, $"\"key_{i % KeysPerGroup}\": {rule}");
            text.Append(i % KeysPerGroup == KeysPerGroup - 1 || i == keys - 1 ? "} } } }" : ",\n");
        }

        return text.Append("} }").ToString();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Value(int i) => (i % 4) switch
    {
        0 => $"\"https://service-{i.ToString(CultureInfo.InvariantCulture)}.example.com/api\"",
        1 => (i * 37).ToString(CultureInfo.InvariantCulture),
        2 => i % 8 < 4 ? "true" : "false",
        _ => $"\"text number {i.ToString(CultureInfo.InvariantCulture)}\"",
    };
}
