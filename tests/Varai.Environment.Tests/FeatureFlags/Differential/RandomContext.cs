using Microsoft.FeatureManagement.FeatureFilters;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>Whom a flag is evaluated for, in both engines' words.</summary>
internal sealed class RandomContext(string? user, string[] groups)
{
    public FlagContext Ours { get; } = new(user) { Groups = groups };

    public TargetingContext Theirs { get; } = new() { UserId = user, Groups = groups };

    public override string ToString() => $"{(user is null ? "nobody" : $"'{user}'")} in [{string.Join(", ", groups)}]";
}
