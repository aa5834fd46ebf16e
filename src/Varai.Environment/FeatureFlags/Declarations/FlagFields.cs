using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Varai.FeatureFlags.Declarations;

/// <summary>Finds the flags that a class declares in its static fields.</summary>
internal static class FlagFields
{
    /// <exception cref="ArgumentException">It declares none.</exception>
    public static IReadOnlyList<Flag> Of(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields)] Type declaring)
    {
        Flag[] flags = [.. declaring
            .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(field => field.FieldType.IsAssignableTo(typeof(Flag)))
            .Select(field => field.GetValue(obj: null))
            .OfType<Flag>()];
        return flags.Length > 0
            ? flags
            : throw new ArgumentException(
                $"{declaring} declares no feature flag; expected static readonly fields of the type Flag<T>, set where they are declared.", nameof(declaring));
    }
}
