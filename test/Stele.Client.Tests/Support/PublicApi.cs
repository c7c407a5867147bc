using System.Reflection;
using System.Text;

namespace Stele.Client.Tests.Support;

/// <summary>The public API of a library as text: one line for each type and member, in order.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly library)
    {
        var text = new StringBuilder();
        foreach (var type in library.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal)) text.Append("    ").Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : "class";
        var parent = type.BaseType is { } super && super != typeof(object) && !type.IsValueType ? $" : {Name(super)}" : "";
        return $"{kind} {type.FullName!.Replace('+', '.')}{parent}";
    }

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}")
        : type.GetConstructors(Declared).Where(IsSeen).Select(one => $"{Access(one)}{type.Name}({Parameters(one)})")
            .Concat(type.GetProperties(Declared).Select(Property).OfType<string>())
            .Concat(type.GetMethods(Declared).Where(one => IsSeen(one) && !one.IsSpecialName).Select(Method))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic).Select(field => $"{Name(field.FieldType)} {field.Name}"));

    private static string? Property(PropertyInfo property)
    {
        if (property.GetMethod is not { } getter || !IsSeen(getter)) return null;
        var setter = property.SetMethod is { IsPublic: true } set
            ? set.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;"
            : "";
        return $"{Access(getter)}{Name(new NullabilityInfoContext().Create(property))} {property.Name} {{ get;{setter} }}";
    }

    private static string Method(MethodInfo method) =>
        $"{Access(method)}{Name(Nullability(method.ReturnParameter))} {method.Name}({Parameters(method)})";

    private static string Access(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "") + (method.IsStatic ? "static " : "")
        + (method.IsVirtual && !method.IsFinal ? "virtual " : "");

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var otherwise = parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "";
        return $"{Name(Nullability(parameter))} {parameter.Name}{otherwise}";
    }

    private static NullabilityInfo Nullability(ParameterInfo parameter) => new NullabilityInfoContext().Create(parameter);

    private static string Name(NullabilityInfo info)
    {
        if (info.Type.IsValueType) return Name(info.Type);
        var mark = info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (info.GenericTypeArguments.Length == 0) return Name(info.Type) + mark;
        return $"{BareName(info.Type)}<{string.Join(", ", info.GenericTypeArguments.Select(Name))}>{mark}";
    }

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        return type.IsGenericType ? $"{BareName(type)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
    }

    private static string BareName(Type type) => type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
}
