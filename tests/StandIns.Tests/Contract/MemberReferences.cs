using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MLNet.ResNetFamily.StandIns.Tests;

/// <summary>The members of other assemblies that one assembly refers to, read from its metadata, in the canonical form of <see cref="ApiList"/>.</summary>
internal static class MemberReferences
{
    /// <returns>The referenced assembly's name and version, the type, and the member; null for a type that is referred to and no member of it.</returns>
    public static IEnumerable<(string Assembly, Version Version, string Type, string? Member)> Of(string assemblyPath)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        var metadata = file.GetMetadataReader();
        var found = new List<(string, Version, string, string?)>();
        foreach (var handle in metadata.TypeReferences)
        {
            if (Home(metadata, handle) is { } home)
            {
                found.Add((home.Name, home.Version, TypeName(metadata, handle), null));
            }
        }

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (DeclaringType(metadata, member.Parent) is not { } type || Home(metadata, type) is not { } home)
            {
                continue;
            }

            var owner = TypeName(metadata, type);
            var name = metadata.GetString(member.Name);
            found.Add((home.Name, home.Version, owner, member.GetKind() == MemberReferenceKind.Field
                ? $"{owner}::{name} -> {member.DecodeFieldSignature(new Names(), null)}"
                : Signature(owner, name, member.DecodeMethodSignature(new Names(), null))));
        }

        return found.Distinct();
    }

    private static string Signature(string owner, string name, MethodSignature<string> signature) =>
        $"{owner}::{name}({string.Join(", ", signature.ParameterTypes)}) -> {signature.ReturnType}";

    private static TypeReferenceHandle? DeclaringType(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)parent;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        // GENERICINST (CLASS | VALUETYPE) TypeDefOrRef ...: only such type specifications declare members of other assemblies.
        var blob = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadByte();
        var definition = blob.ReadTypeHandle();
        return definition.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)definition : null;
    }

    private static (string Name, Version Version)? Home(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var scope = metadata.GetTypeReference(handle).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference)
        {
            scope = metadata.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        }

        if (scope.Kind != HandleKind.AssemblyReference)
        {
            return null;
        }

        var assembly = metadata.GetAssemblyReference((AssemblyReferenceHandle)scope);
        return (metadata.GetString(assembly.Name), assembly.Version);
    }

    // "A.B.C`2": nested types with dots, the generic arity of all levels at the end.
    private static string TypeName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var (name, arity) = Name(metadata, handle);
        return arity == 0 ? name : $"{name}`{arity}";
    }

    private static (string Name, int Arity) Name(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var parts = metadata.GetString(type.Name).Split('`');
        var arity = parts.Length > 1 ? int.Parse(parts[1]) : 0;
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var outer = Name(metadata, (TypeReferenceHandle)type.ResolutionScope);
            return ($"{outer.Name}.{parts[0]}", outer.Arity + arity);
        }

        var space = metadata.GetString(type.Namespace);
        return (space.Length == 0 ? parts[0] : $"{space}.{parts[0]}", arity);
    }

    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => $"System.{typeCode}";

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Name(reader, handle).Name;

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "System.IntPtr";
    }
}
