using System.Diagnostics;

namespace Varai.Tests.Configuration.Writing;

/// <summary>Makes a folder read-only for a while. The user root may write whatever the modes say, but not on a read-only mount.</summary>
internal sealed class ReadOnlyFolder : IDisposable
{
    private readonly Action _undo;

    private ReadOnlyFolder(Action undo) => _undo = undo;

    public static ReadOnlyFolder Make(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        if (Environment.UserName == "root")
        {
            Assert.SkipUnless(Run("mount", "--bind", folder, folder), "as root it needs the right to mount");
            Assert.True(Run("mount", "-o", "remount,ro,bind", folder));
            return new ReadOnlyFolder(() => Assert.True(Run("umount", "-l", folder)));
        }

#pragma warning disable CA1416 // skipped on Windows in the line above
        UnixFileMode mode = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new ReadOnlyFolder(() => File.SetUnixFileMode(folder, mode));
#pragma warning restore CA1416
    }

    public void Dispose() => _undo();

    public static bool Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
