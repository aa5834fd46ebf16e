using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Varai.Configuration;

/// <summary>Makes the options of a component as <c>Get</c> makes its instance: from one view of the document from the first key to
/// the last, and with an error that names file and line and never quotes a secret.</summary>
internal sealed class ComponentOptionsFactory<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    string component,
    ComponentBinder binder,
    IEnumerable<IConfigureOptions<T>> setups,
    IEnumerable<IPostConfigureOptions<T>> postConfigures,
    IEnumerable<IValidateOptions<T>> validations)
    : OptionsFactory<T>(setups, postConfigures, validations)
    where T : class
{
    protected override T CreateInstance(string name) =>
        name == Options.DefaultName ? (T)binder.Bind(component, typeof(T)) : base.CreateInstance(name);
}
