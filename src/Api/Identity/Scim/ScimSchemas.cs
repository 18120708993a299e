using System.Collections.Immutable;

namespace Platform.Api.Identity;

/// <summary>The attributes that are kept, as RFC 7643 describes them in section 7.</summary>
internal static class ScimSchemas
{
    private const string User = $$"""
        {
          "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "{{ScimAnswer.UserSchema}}", "name": "User", "description": "A user of the tenant.",
          "attributes": [
            {"name": "userName", "type": "string", "multiValued": false, "description": "Unique in the tenant.", "required": true, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "server"},
            {"name": "name", "type": "complex", "multiValued": false, "description": "What the user is called, in parts.", "required": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none", "subAttributes": [
              {"name": "formatted", "type": "string", "multiValued": false, "description": "As displayName.", "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"},
              {"name": "familyName", "type": "string", "multiValued": false, "description": "The family's name.", "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"},
              {"name": "givenName", "type": "string", "multiValued": false, "description": "The name given.", "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"}]},
            {"name": "displayName", "type": "string", "multiValued": false, "description": "What the user is called.", "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"},
            {"name": "emails", "type": "complex", "multiValued": true, "description": "Where the user is reached: one is kept.", "required": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none", "subAttributes": [
              {"name": "value", "type": "string", "multiValued": false, "description": "The address.", "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"},
              {"name": "type", "type": "string", "multiValued": false, "description": "work.", "required": false, "caseExact": false, "canonicalValues": ["work"], "mutability": "readWrite", "returned": "default", "uniqueness": "none"},
              {"name": "primary", "type": "boolean", "multiValued": false, "description": "true.", "required": false, "mutability": "readWrite", "returned": "default"}]},
            {"name": "active", "type": "boolean", "multiValued": false, "description": "False: the user is suspended.", "required": false, "mutability": "readWrite", "returned": "default"},
            {"name": "groups", "type": "complex", "multiValued": true, "description": "Groups that the user is in.", "required": false, "mutability": "readOnly", "returned": "default", "subAttributes": [
              {"name": "value", "type": "string", "multiValued": false, "description": "The group's id.", "required": false, "caseExact": true, "mutability": "readOnly", "returned": "default", "uniqueness": "none"},
              {"name": "$ref", "type": "reference", "referenceTypes": ["Group"], "multiValued": false, "description": "Where the group is.", "required": false, "caseExact": true, "mutability": "readOnly", "returned": "default", "uniqueness": "none"},
              {"name": "display", "type": "string", "multiValued": false, "description": "What the group is called.", "required": false, "caseExact": false, "mutability": "readOnly", "returned": "default", "uniqueness": "none"}]}
          ]
        }
        """;

    private const string Group = $$"""
        {
          "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "{{ScimAnswer.GroupSchema}}", "name": "Group", "description": "Users who have roles together.",
          "attributes": [
            {"name": "displayName", "type": "string", "multiValued": false, "description": "What the group is called.", "required": true, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"},
            {"name": "members", "type": "complex", "multiValued": true, "description": "Users who are in the group.", "required": false, "mutability": "readWrite", "returned": "default", "subAttributes": [
              {"name": "value", "type": "string", "multiValued": false, "description": "The user's id.", "required": true, "caseExact": true, "mutability": "immutable", "returned": "default", "uniqueness": "none"},
              {"name": "$ref", "type": "reference", "referenceTypes": ["User"], "multiValued": false, "description": "Where the user is.", "required": false, "caseExact": true, "mutability": "immutable", "returned": "default", "uniqueness": "none"},
              {"name": "type", "type": "string", "multiValued": false, "description": "User.", "required": false, "caseExact": false, "canonicalValues": ["User"], "mutability": "immutable", "returned": "default", "uniqueness": "none"}]}
          ]
        }
        """;

    /// <summary>By id.</summary>
    public static ImmutableArray<(string Id, string Json)> All { get; } = [(ScimAnswer.UserSchema, User), (ScimAnswer.GroupSchema, Group)];
}
