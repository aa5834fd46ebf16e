using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Varai.DependencyInjection;

/// <summary>A section as seen by options that share it with the sections of packages below it.</summary>
internal sealed class SectionWithout(IConfigurationSection section, IReadOnlySet<string> keys) : IConfigurationSection
{
    public string Key => section.Key;

    public string Path => section.Path;

    public string? Value
    {
        get => section.Value;
        set => section.Value = value;
    }

    public string? this[string key]
    {
        get => section[key];
        set => section[key] = value;
    }

    public IConfigurationSection GetSection(string key) => section.GetSection(key);

    public IEnumerable<IConfigurationSection> GetChildren() => section.GetChildren().Where(child => !keys.Contains(child.Key));

    public IChangeToken GetReloadToken() => section.GetReloadToken();
}
