using System.Text.RegularExpressions;
using Baeum.Course;

namespace Baeum.Tests.Docs;

/// <summary>What the documents say is true: their code compiles and runs, their links lead somewhere, both languages are there.</summary>
[Trait("Leg", "once")]
public partial class DocumentTests
{
    private static IEnumerable<string> Documents =>
        [.. Directory.GetFiles(Goldens.Root, "*.md"), .. Directory.GetFiles(System.IO.Path.Combine(Goldens.Root, "docs"), "*.md", SearchOption.AllDirectories)];

    public static TheoryData<string, int> CodeBlocks
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string path in Documents)
            {
                int count = Blocks(path).Count;
                for (int i = 0; i < count; i++) data.Add(System.IO.Path.GetRelativePath(Goldens.Root, path).Replace('\\', '/'), i);
            }
            return data;
        }
    }

    public static TheoryData<string> AllDocuments => [.. Documents.Select(path => System.IO.Path.GetRelativePath(Goldens.Root, path).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(CodeBlocks))]
    public void Every_code_block_compiles(string document, int block)
    {
        string code = Blocks(System.IO.Path.Combine(Goldens.Root, document))[block];
        using var folder = new TemporaryFolder();
        string path = System.IO.Path.Combine(folder.Path, "block.cs");
        File.WriteAllText(path, $"// chapter: block\n// title: 글 | block\n// computes: 글 | block\n// minutes: 0.1\n#line 1 \"{document}, block {block + 1}\"\n{code}");
        new CompiledChapter(Chapter.Read(path)).Dispose();
    }

    [Theory]
    [MemberData(nameof(AllDocuments))]
    public void Every_link_to_a_file_leads_somewhere(string document)
    {
        string path = System.IO.Path.Combine(Goldens.Root, document);
        foreach (Match link in Link().Matches(File.ReadAllText(path)))
        {
            string target = link.Groups[1].Value.Split('#')[0];
            if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
            string file = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, target);
            Assert.True(File.Exists(file) || Directory.Exists(file), $"{document} links to {target}, which is not there.");
        }
    }

    [Fact]
    public void Every_chapter_has_its_text_in_both_languages()
    {
        foreach (var chapter in Catalogue.Locate().Chapters)
        {
            Assert.False(string.IsNullOrWhiteSpace(chapter.Prose("ko")), $"{chapter.Id} has no Korean text.");
            Assert.False(string.IsNullOrWhiteSpace(chapter.Prose("en")), $"{chapter.Id} has no English text.");
        }
    }

    private static List<string> Blocks(string path) => [.. CodeBlock().Matches(File.ReadAllText(path)).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^```csharp\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
