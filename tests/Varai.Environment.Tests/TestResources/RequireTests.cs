using Xunit.Sdk;

namespace Varai.Tests.TestResources;

public sealed class RequireTests
{
    [Fact]
    public void Find_SeveralNames_TakesTheFirstThatExists()
    {
        using var folder = new TemporaryFolder();
        string second = folder.Write("b/second", "");
        string path = string.Join(Path.PathSeparator, folder.File("a"), folder.File("b"));

        Assert.Equal(second, Require.Find(["first", "second"], path));
        Assert.Equal(second, Require.Find([folder.File("none"), second], searchPath: null));
        Assert.Null(Require.Find(["first", "third"], path));
    }

    [Fact]
    public void Folder_Missing_SkipsWithTheReason()
    {
        Exception? reason = Catch(() => Require.Folder("The suite", "no-such-folder"));

        Assert.True(reason is SkipException);
        Assert.Contains($"The suite is not on this machine: there is no folder {Repository.Path("no-such-folder")}.", reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_Missing_SkipsOrFailsWithTheInstallCommand()
    {
        Exception? reason = Catch(() => Require.Program("The server", "apt-get install x", "no-such-program-anywhere"));

        Assert.Equal(Environment.GetEnvironmentVariable(Require.Strict) == "1", reason is FailException);
        Assert.Contains("The server (no-such-program-anywhere) is not on this machine. Install it with: apt-get install x", reason!.Message, StringComparison.Ordinal);
    }

    // Assert.Throws and Record.Exception let a skip through, which would skip these tests.
    private static Exception? Catch(Func<string> action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
