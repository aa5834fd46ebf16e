using Varai.Configuration.Schema;

namespace Varai.Tests.Configuration.Schema;

public sealed class JsonSchemaTestSuiteTests
{
    // Rows must be there for the runner even where the suite is missing, so that it can say what is skipped.
    private const string Missing = "(no suite)";

    public static TheoryData<string, string> Files()
    {
        var rows = new TheoryData<string, string>();
        foreach (SchemaDraft draft in Enum.GetValues<SchemaDraft>())
        {
            foreach (string file in JsonSchemaTestSuite.Files(draft))
                rows.Add(draft.ToString(), Path.GetFileName(file));
        }

        if (rows.Count == 0)
            rows.Add(nameof(SchemaDraft.Draft7), Missing);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Validate_suite_file_gives_the_expected_answers(string draftName, string fileName)
    {
        string folder = JsonSchemaTestSuite.RequireFolder();
        SchemaDraft draft = Enum.Parse<SchemaDraft>(draftName);

        (int cases, List<string> failures) = JsonSchemaTestSuite.Run(
            draft, Path.Combine(folder, "tests", JsonSchemaTestSuite.FolderName(draft), fileName));

        Assert.True(cases > 0, $"{fileName} holds no case");
        Assert.True(failures.Count == 0, $"{failures.Count} of {cases} cases fail:\n{string.Join('\n', failures)}");
    }

    [Theory]
    [InlineData(nameof(SchemaDraft.Draft7), 927)]
    [InlineData(nameof(SchemaDraft.Draft202012), 1299)]
    public void Validate_whole_suite_passes_every_required_case(string draftName, int expectedCases)
    {
        JsonSchemaTestSuite.RequireFolder();
        SchemaDraft draft = Enum.Parse<SchemaDraft>(draftName);

        int cases = 0;
        var failures = new List<string>();
        foreach (string file in JsonSchemaTestSuite.Files(draft))
        {
            (int inFile, List<string> failed) = JsonSchemaTestSuite.Run(draft, file);
            cases += inFile;
            failures.AddRange(failed);
        }

        Assert.Equal(expectedCases, cases);
        Assert.True(failures.Count == 0, $"{failures.Count} of {cases} cases fail:\n{string.Join('\n', failures)}");
    }
}
