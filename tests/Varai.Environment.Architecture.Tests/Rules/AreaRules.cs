using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Varai.Architecture.Tests.Rules;

/// <summary>No area uses another area's internals. The area is the namespace segment below the root; types in the root itself
/// are the areas' common ground, and the area that registers the others may see all of them.</summary>
internal sealed class AreaRules(string root, string registration)
{
    /// <summary>The uses of internals across areas in an assembly.</summary>
    public IEnumerable<string> Trespasses(ModuleDefinition module) =>
        from type in module.GetTypes()
        let area = AreaOf(type)
        where area is not null && area != registration
        from used in UsesOf(type)
        let owner = AreaOf(used as TypeDefinition ?? used.DeclaringType)
        where owner is not null && owner != area && !IsVisible(used)
        group used by $"{type.FullName} ({area}) uses {used.FullName}, which is internal to {owner}." into trespass
        select trespass.Key;

    private string? AreaOf(TypeDefinition type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;
        return type.Namespace.StartsWith(root + ".", StringComparison.Ordinal) ? type.Namespace[(root.Length + 1)..].Split('.')[0] : null;
    }

    private static bool IsVisible(IMemberDefinition member) => member switch
    {
        TypeDefinition { DeclaringType: null } type => type.IsPublic,
        TypeDefinition type => (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly) && IsVisible(type.DeclaringType),
        MethodDefinition method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && IsVisible(method.DeclaringType),
        FieldDefinition field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && IsVisible(field.DeclaringType),
        _ => true,
    };

    private static IEnumerable<IMemberDefinition> UsesOf(TypeDefinition type)
    {
        IEnumerable<MemberReference?> references =
        [
            type.BaseType,
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. type.CustomAttributes.Select(a => a.Constructor),
            .. type.Fields.Select(f => f.FieldType),
            .. type.Methods.SelectMany(UsesOf),
        ];

        // Only our own assemblies resolve to something internal; the rest need not be looked up.
        return references.OfType<MemberReference>().SelectMany(Unwrap)
            .Where(r => (r as TypeReference ?? r.DeclaringType)?.GetElementType() is { } t && IsOurs(t, type))
            .Select(r => r switch
            {
                TypeReference t => t.Resolve(),
                MethodReference m => m.Resolve(),
                FieldReference f => (IMemberDefinition?)f.Resolve(),
                _ => null,
            })
            .OfType<IMemberDefinition>();
    }

    private static bool IsOurs(TypeReference reference, TypeDefinition user)
    {
        while (reference.DeclaringType is not null)
            reference = reference.DeclaringType;
        return reference.Namespace.Split('.')[0] == user.Module.Assembly.Name.Name.Split('.')[0] || reference.Scope == user.Module;
    }

    private static IEnumerable<MemberReference?> UsesOf(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.CustomAttributes.Select(a => a.Constructor),
        .. method.Parameters.Select(p => p.ParameterType),
        .. method.HasBody ? method.Body.Variables.Select(v => v.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.Select((Instruction i) => i.Operand as MemberReference) : [],
    ];

    // List<Inner[]> uses Inner.
    private static IEnumerable<MemberReference> Unwrap(MemberReference reference) => reference switch
    {
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Unwrap)],
        TypeSpecification specification => Unwrap(specification.ElementType),
        GenericParameter => [],
        GenericInstanceMethod generic => [generic.ElementMethod, .. generic.GenericArguments.SelectMany(Unwrap), .. Unwrap(generic.DeclaringType)],
        MethodReference or FieldReference => [reference, .. Unwrap(reference.DeclaringType)],
        _ => [reference],
    };
}
