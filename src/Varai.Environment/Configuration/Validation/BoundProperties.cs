using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Varai.Configuration.Validation;

/// <summary>What the configuration binder can set on a type, by configuration key.</summary>
[RequiresUnreferencedCode("Reads the properties of a bound type.")]
internal static class BoundProperties
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, PropertyInfo>> ByType = new();

    public static IReadOnlyDictionary<string, PropertyInfo> Of(Type type) => ByType.GetOrAdd(type, static t => Read(t));

    /// <summary>Whether a value of the type has keys of its own: not a scalar and not a collection.</summary>
    public static bool IsComplex(Type type) =>
        Nullable.GetUnderlyingType(type) is null
        && !type.IsPrimitive && !type.IsEnum && !type.IsInterface
        && type != typeof(object)
        && !typeof(IEnumerable).IsAssignableFrom(type)
        && !System.ComponentModel.TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>The type of the items of a collection or of the values of a dictionary; <see langword="null"/> for others.</summary>
    public static Type? ItemType(Type type, out bool isDictionary)
    {
        isDictionary = false;
        if (type == typeof(string))
            return null;
        if (type.IsArray)
            return type.GetElementType();
        Type[] shapes = [.. type.GetInterfaces().Append(type).Where(i => i.IsGenericType)];
        Type? dictionary = shapes.FirstOrDefault(i =>
            i.GetGenericTypeDefinition() == typeof(IDictionary<,>) || i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>));
        if (dictionary is not null)
        {
            isDictionary = true;
            return dictionary.GetGenericArguments()[1];
        }

        return shapes.FirstOrDefault(i => i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
    }

    private static Dictionary<string, PropertyInfo> Read(Type type)
    {
        var properties = new Dictionary<string, PropertyInfo>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length == 0 && property.GetMethod is not null)
                properties.TryAdd(property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name, property);
        }

        return properties;
    }
}
