namespace Varai;

/// <summary>The one place that reads the process's environment variables, so that tests can put others in their place.</summary>
internal sealed class ProcessEnvironment(Func<string, string?> read)
{
    public static ProcessEnvironment Current { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The variable's value, or null when it is not set.</summary>
    public string? Get(string name) => read(name);
}
