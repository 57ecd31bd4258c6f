using System.Globalization;
using System.Text;
using Baeum.Kernels;

namespace Baeum.Recipes;

/// <summary>The README.md of a trained model: what it is, its figures, how it was trained.</summary>
internal static class ModelCard
{
    /// <summary>Asks for the keys that only the card shows, so that they are known.</summary>
    internal static void ReadKeys(Recipe recipe)
    {
        foreach (string key in (string[])["title_ko", "title_en"]) recipe.Task.Word(key, recipe.Name);
        foreach (string key in (string[])["source", "licence"]) recipe.Data.Word(key, "-");
    }

    internal static string Text(Recipe recipe, IReadOnlyList<RecipeFigure> figures, IReadOnlyList<RecipeEvaluation> evaluations, int steps, double seconds, long parameters)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {recipe.Name}\n\n{recipe.Task.Word("title_ko", recipe.Name)}\n\n{recipe.Task.Word("title_en", recipe.Name)}\n\n");
        text.Append("## 결과 · Results\n\n| 지표 · figure | 값 · value |\n|---|---:|\n");
        foreach (RecipeFigure figure in figures) text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {figure.Value:0.####} |\n");
        text.Append("\n## 학습 · Training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| 파라미터 · parameters | {parameters:N0} |\n|---|---:|\n| 스텝 · steps | {steps:N0} |\n| 초 · seconds | {seconds:N0} |\n| 스텝당 초 · seconds a step | {seconds / Math.Max(1, steps):0.###} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| 프로세서 · processor threads | {Threads.Count} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n자료 · data: {recipe.Data.Word("source", "-")}; 라이선스 · licence: {recipe.Data.Word("licence", "-")}.\n");
        if (evaluations.Count > 0) AppendEvaluations(text, evaluations);
        text.Append(CultureInfo.InvariantCulture, $"\n## 레시피 · Recipe\n\n```json\n{recipe.Json}\n```\n");
        return text.ToString();
    }

    private static void AppendEvaluations(StringBuilder text, IReadOnlyList<RecipeEvaluation> evaluations)
    {
        string[] names = [.. evaluations[0].Figures.Keys];
        text.Append(CultureInfo.InvariantCulture, $"\n| 스텝 · step | 초 · seconds | 손실 · loss | {string.Join(" | ", names)} |\n|---:|---:|---:|{string.Concat(Enumerable.Repeat("---:|", names.Length))}\n");
        foreach (RecipeEvaluation e in evaluations)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {e.Step} | {e.Seconds:0} | {e.Loss:0.####} |");
            foreach (string name in names) text.Append(CultureInfo.InvariantCulture, $" {e.Figures.GetValueOrDefault(name, double.NaN):0.####} |");
            text.Append('\n');
        }
    }
}
