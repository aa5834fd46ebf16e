using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Quickstart;

/// <summary>A throw-away content root with a copy of the sample's configuration, since this program edits it.</summary>
internal sealed class Workspace : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Workspace()
    {
        Root = Directory.CreateTempSubdirectory("varai-quickstart-").FullName;
        string source = Path.Combine(AppContext.BaseDirectory, "config");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Root, "config", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Root { get; }

    /// <summary>What an operator, Docker or Kubernetes would do: one file, one secret.</summary>
    public void WriteSecret(string name, string value)
    {
        string folder = Path.Combine(Root, "config", "secrets");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), value);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>What a person does with an editor.</summary>
    public void Edit(string file, string from, string to)
    {
        string path = Path.Combine(Root, "config", "environments", file);
        string text = File.ReadAllText(path);
        if (!text.Contains(from, StringComparison.Ordinal))
            throw new InvalidOperationException($"{file} does not contain {from}.");
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public static async Task WaitForChangeAsync(IEnvironmentConfiguration configuration, Action edit)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable registration = ChangeToken.OnChange(configuration.GetChangeToken, () => changed.TrySetResult());
        edit();
        await changed.Task.WaitAsync(Patience);
    }

    public static async Task WaitForRefusalAsync(IEnvironmentConfiguration configuration, Action edit)
    {
        edit();
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (configuration.Status.IsCurrent)
            await timer.WaitForNextTickAsync(patience.Token);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
