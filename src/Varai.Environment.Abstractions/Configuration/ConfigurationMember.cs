using System.Diagnostics;

namespace Varai.Configuration;

/// <summary>One named member of an object node.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="Value">The value.</param>
/// <param name="NameStart">The byte offset of the name in <see cref="ConfigurationNode.File"/> of <paramref name="Value"/>.</param>
[DebuggerDisplay("{Name}: {Value.Kind}")]
public readonly record struct ConfigurationMember(string Name, ConfigurationNode Value, int NameStart = 0)
{
    /// <summary>Where the name was written.</summary>
    public ConfigurationOrigin NameOrigin => Value.File?.GetOrigin(NameStart) ?? new ConfigurationOrigin("", 0, 0);
}
