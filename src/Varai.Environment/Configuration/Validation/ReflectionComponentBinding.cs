using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Varai.Configuration.Validation;

/// <summary>A component bound by reflection; its keys are held against the type's properties and its instance against the
/// annotations.</summary>
[RequiresUnreferencedCode("Binds by reflection; give AddComponent a delegate where the code is trimmed.")]
[RequiresDynamicCode("Binds by reflection; give AddComponent a delegate under native AOT.")]
internal sealed class ReflectionComponentBinding<T>(string component, bool allowUnknownKeys)
    : ComponentBinding<T>(component, section => section.Get<T>())
    where T : class
{
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The type itself is marked.")]
    private protected override void CheckTypes(
        IConfigurationSection section, ConfigurationNode node, ConfigurationNode root, HashSet<string> refused, Action<ConfigurationError> report) =>
        new BoundTypeCheck(allowUnknownKeys, refused, report).Check(
            typeof(T), section, node, BindingFailure.AsWritten(Component, root));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The type itself is marked.")]
    private protected override void CheckAnnotations(T value, ConfigurationNode root, Action<ConfigurationError> report) =>
        Annotations.Validate(value, Component, root, report);
}
