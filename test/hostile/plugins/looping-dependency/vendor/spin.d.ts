export function spin(): void;
